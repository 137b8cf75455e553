"""One small file a rule of the contract: whether it applies, its status, the evidence, a Chinese sentence for people. Pure."""

from voice_agent.rules.judge import judge

__all__ = ["judge"]
