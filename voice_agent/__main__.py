"""``python -m voice_agent`` is ``voice-agent``."""

from voice_agent.cli import main

if __name__ == "__main__":
    main()
