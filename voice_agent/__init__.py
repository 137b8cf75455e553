"""The pipeline, the store and the surfaces of voice_agent."""

__version__ = "0.1.0"
