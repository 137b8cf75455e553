"""What a unit can do about the faults that occur most, in the words of the circular and its annexes."""

from __future__ import annotations

MEASURES = {
    "greeting": "组织学习通用文明用语，接听电话先问候，做到“您好”开头。",
    "identity": "统一接听开场，问候后即报单位或窗口名称，亮明身份。",
    "job_number": "在工位张贴开场用语提示，接听时主动告知本人工号；班前会抽问，做到人人会说、通通都说。",
    "need_inquiry": "问候后主动询问办理什么业务，不让来电人等待或重复。",
    "hold_notice": "查询、记录前先说明“请稍候，我查询一下”；超过 30 秒再次说明。",
    "hold_return": "查询后先说“让您久等了”，再答复。",
    "referral": "整理各窗口和单位的电话，转办时一并告知去处和电话号码，不推诿。",
    "callback": "需要以后联系的，当场记录联系电话，并落实限时办结。",
    "absent_message": "找人不在时主动提出代为留言或转达。",
    "wrong_number": "对拨错电话的来电人同样礼貌说明。",
    "closing": "以“感谢来电，再见”等用语结束，待来电人先挂机。",
    "one_time_notice": "落实一次性告知制：政策是否允许、所需材料、办理途径和时限一次说清。",
    "prohibited": "对出现服务忌语的通话逐一谈话核实，组织学习服务规范和纪律要求；情节严重的按规定追究责任。",
    "rating_request": "通话结束前请来电人对服务作出评价。",
    "complaint_registered": "来电人不满或投诉时先致歉，当场登记并告知受理编号，按时限回复。",
    "legal_basis": "告知能不能办时，说明所依据的法规和文件；整理常用依据，便于随时查用。",
    "result_told": "来电人询问进度的当场查询告知；一时查不到的，约定回复时间。",
}
EMPTY_POSTS = "合理安排值班和 AB 角，在未接听集中的时段增加人手，避免“空窗”。"
COVERAGE = "检查录音和监测设备，查明未监测的原因并及时恢复。"
