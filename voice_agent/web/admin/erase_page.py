"""删除个人信息: find a person's calls by number or name, look what would go, erase it, take the certificate."""

from __future__ import annotations

from starlette.responses import Response

from voice_agent.errors import StoreError
from voice_agent.live.keeping import erase_person
from voice_agent.reporting.certificate import certificate
from voice_agent.store.calls.calls import get_call
from voice_agent.store.privacy.erasure import find_person, get_erasure, list_erasures
from voice_agent.web.doors.ownership import fetched
from voice_agent.web.doors.visit import Page, Visit
from voice_agent.web.figures.downloads import attachment

#: Words given at once: a number, a name, and how it is also written.
MOST = 5


def _words(text: str) -> list[str]:
    words = text[:200].split()
    if len(words) > MOST:
        raise StoreError(f"一次最多 {MOST} 个号码或姓名，用空格分开")
    return words


def show_erase(visit: Visit) -> Response:
    """The form, and what was done before. What is sought stands in no address, because addresses stay in histories and logs."""
    return visit.show("erase.html", words="", calls=[], sought=False, done=list_erasures(visit.store))


def preview(visit: Visit) -> Response:
    """The calls that would be emptied: when and with which clerk, no word of them. Raises StoreError."""
    text = visit.form.get("words", "")
    numbers = sorted({number for word in _words(text) for number in find_person(visit.store, word)})
    visit.note_reading("find_person", "", f"{len(numbers)} 通")
    calls = [get_call(visit.store, number) for number in numbers]
    return visit.show("erase.html", words=text, calls=calls, sought=True, done=list_erasures(visit.store))


def erase(visit: Visit) -> Response:
    """Erase the calls that are ticked. Raises StoreError unless it was confirmed, with a reason."""
    form = visit.form
    if form.get("sure") != "yes":
        raise StoreError("没有勾选确认，未作删除")
    words = _words(form.get("words", ""))
    found = {number for word in words for number in find_person(visit.store, word)}
    calls = sorted(number for number in found if form.get(f"call_{number}"))
    if not calls:
        raise StoreError("没有选择要删除的通话")
    for number in calls:
        visit.site.sounds.drop(number)
    # Files that wait to be fetched hold what was just erased.
    visit.site.exports.drop()
    done = erase_person(
        visit.site.config, visit.store, calls, words, reason=form.get("reason", ""), user=visit.user.id, username=visit.user.username
    )  # fmt: skip
    return visit.go(f"/erase/{done.id}.txt")


def certificate_file(visit: Visit) -> Response:
    """The certificate as a text file. Raises HTTPException 404."""
    done = fetched(lambda: get_erasure(visit.store, visit.number()))
    text = certificate(done, visit.store.timezone)
    return attachment(
        iter([f"{text}\n".encode("utf-8-sig")]), f"个人信息删除证明{done.id}.txt", "text/plain; charset=utf-8"
    )


PAGES = (
    Page("erase_form", "GET", "/erase", show_erase),
    Page("erase_preview", "POST", "/erase/preview", preview),
    Page("erase", "POST", "/erase", erase),
    Page("certificate", "GET", "/erase/{number:int}.txt", certificate_file),
)
