"""Judging: a transcript and a phrase book → findings with evidence → a verdict. Pure, deterministic, no I/O."""

from voice_agent.judging.judge import judge

__all__ = ["judge"]
