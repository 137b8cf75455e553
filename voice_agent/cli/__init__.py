"""The command line: a thin skin over the library, in Chinese."""

from __future__ import annotations

import logging
from pathlib import Path

import click

from voice_agent import __version__
from voice_agent.cli.backup import backup_command, restore_command
from voice_agent.cli.base import ChineseGroup, Settings
from voice_agent.cli.calls import calls_command, search_command, show_command
from voice_agent.cli.check import check_command
from voice_agent.cli.chinese import speak_chinese
from voice_agent.cli.config import config_command
from voice_agent.cli.demo import demo_command
from voice_agent.cli.doctor import doctor_command
from voice_agent.cli.drafts import COMMANDS as DRAFT_COMMANDS
from voice_agent.cli.erase import erase_command, purge_command
from voice_agent.cli.evaluate import evaluate_command
from voice_agent.cli.export import export_command
from voice_agent.cli.learn import learn_command
from voice_agent.cli.listen import listen_command
from voice_agent.cli.model import model_group
from voice_agent.cli.phrasebook import phrasebook_group
from voice_agent.cli.report import report_command
from voice_agent.cli.retry import retry_command
from voice_agent.cli.second import second_command
from voice_agent.cli.serve import serve_command
from voice_agent.cli.statistics import rejudge_command, stats_command
from voice_agent.cli.users import users_group
from voice_agent.cli.watch import watch_command

speak_chinese()


@click.group(cls=ChineseGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="voice-agent")
@click.option(
    "--config",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="文件",
    help="配置文件（默认找 voice-agent.toml）。",
)
@click.pass_context
def main(context: click.Context, config: Path | None) -> None:
    """热线服务用语质检：听每一通电话，核对文明用语、服务身份和工号，给出有据可查的结论。"""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    context.obj = Settings(config)


for command in (
    check_command,
    listen_command,
    watch_command,
    calls_command,
    show_command,
    stats_command,
    search_command,
    export_command,
    erase_command,
    purge_command,
    report_command,
    rejudge_command,
    learn_command,
    second_command,
    retry_command,
    serve_command,
    users_group,
    phrasebook_group,
    model_group,
    doctor_command,
    backup_command,
    restore_command,
    config_command,
    evaluate_command,
    demo_command,
):
    main.add_command(command)

for command in DRAFT_COMMANDS:
    phrasebook_group.add_command(command)
