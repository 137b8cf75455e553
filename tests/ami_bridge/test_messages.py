"""Bytes → messages: what the library's own parser loses, and input that no Asterisk should send."""

from __future__ import annotations

import pytest

from ami_bridge.messages import LONGEST_MESSAGE, Framer, MessageTooLongError, event_name, parse


def test_repeated_keys_are_kept() -> None:
    """Every ChanVariable survives, and so does any other repeated key."""
    message = parse(b"Event: Newchannel\r\nChanVariable: A=1\r\nChanVariable: B=2=3\r\nUserField: x\r\nUserField: y")
    assert message.all("ChanVariable") == ("A=1", "B=2=3")
    assert message.all("UserField") == ("x", "y")
    assert (message.variable("A"), message.variable("B"), message.variable("C")) == ("1", "2=3", "")


def test_variables_of_the_other_channel() -> None:
    """DestChanVariable belongs to the other channel and is not mixed up with the first one's."""
    message = parse(b"Event: AgentConnect\r\nChanVariable: AGENT_ID=\r\nDestChanVariable: AGENT_ID=1202\r\nQueue: q")
    assert (message.variable("AGENT_ID"), message.variable("AGENT_ID", "Dest")) == ("", "1202")


@pytest.mark.parametrize("mark", ["\x85", "\u2028", "\x0b", "\x0c", "\x1c", "\x00", "\x1b[31m", "☎", "😀"])
def test_odd_characters_cut_nothing(mark: str) -> None:
    """Characters that Python takes for line ends, control characters and emoji stay inside their value."""
    message = parse(f"Event: Newchannel\r\nCallerIDName: a{mark}b\r\nUniqueid: 1.2".encode())
    assert message.get("CallerIDName") == f"a{mark}b"
    assert message.get("Uniqueid") == "1.2"


def test_other_encodings() -> None:
    """GB18030 names are read; bytes that are no text at all cost only themselves."""
    assert parse("Event: X\r\nCallerIDName: 王小明".encode("gb18030")).get("CallerIDName") == "王小明"
    broken = parse(b"Event: X\r\nCallerIDName: \xff\xfe\x80\r\nUniqueid: 1.2")
    assert (broken.event, broken.get("Uniqueid")) == ("X", "1.2")


def test_values_keep_colons_and_equal_signs() -> None:
    """Only the first colon separates key and value."""
    assert parse(b"Event: X\r\nData: sip:100@host: a=b").get("Data") == "sip:100@host: a=b"


def test_lines_without_a_key_are_dropped() -> None:
    """The rest of a message that was cut is not guessed at."""
    message = parse(b"Event: Hangup\r\nUniqueid: 1.2\r\nLinke")
    assert message.pairs == (("Event", "Hangup"), ("Uniqueid", "1.2"))


def test_event_and_response_are_told_apart() -> None:
    """OriginateResponse is an event although it has a Response field."""
    assert parse(b"Response: Success\r\nActionID: 1").response == "Success"
    event = parse(b"Event: OriginateResponse\r\nResponse: Failure")
    assert (event.event, event.response) == ("OriginateResponse", "")


def test_a_line_of_a_megabyte() -> None:
    """A value of a megabyte comes through whole, in pieces of any size, and does not slow the stream down."""
    framer, value = Framer(), b"x" * 1_000_000
    stream = b"Event: VarSet\r\nValue: " + value + b"\r\n\r\nEvent: Hangup\r\n\r\n"
    found = [raw for start in range(0, len(stream), 1000) for raw in framer.feed(stream[start : start + 1000])]
    assert [len(raw) for raw in found] == [len(value) + 22, 13]
    assert len(parse(found[0]).get("Value")) == 1_000_000


def test_a_message_without_end_is_refused() -> None:
    """A peer that never ends a message does not fill the memory."""
    framer = Framer()
    with pytest.raises(MessageTooLongError):
        for _ in range(LONGEST_MESSAGE // 1_000_000 + 2):
            framer.feed(b"x" * 1_000_000)


@pytest.mark.parametrize(
    ("raw", "name"),
    [(b"Event: Hangup\r\nA: b", b"Hangup"), (b"Event: Hangup\nA: b", b"Hangup"), (b"Event: Hangup", b"Hangup"),
     (b"Response: Success", b""), (b"", b"")],
)  # fmt: skip
def test_event_name_without_parsing(raw: bytes, name: bytes) -> None:
    """The first look at a message finds its event's name in captures and on the wire."""
    assert event_name(raw) == name
