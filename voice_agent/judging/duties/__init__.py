"""One small file a duty of rules.md: whether it applies, its status, the evidence, a Chinese sentence for people."""
