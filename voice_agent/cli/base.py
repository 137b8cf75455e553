"""What every command shares: Chinese errors with exit code 2, the configuration, the store, the phrase book."""

from __future__ import annotations

import logging
import sys
from pathlib import Path
from typing import Any

import click

from ami_bridge.errors import BridgeError
from phrasebook.book import load_book
from phrasebook.errors import PhraseBookError
from phrasebook.model import PhraseBook
from voice_agent.checking import Recogniser
from voice_agent.config import Config, load_config
from voice_agent.errors import ConfigError, VoiceAgentError
from voice_agent.hearing.models.choice import recogniser_for
from voice_agent.hearing.models.installed import choose
from voice_agent.store import Store

USER_ERRORS = (VoiceAgentError, PhraseBookError, BridgeError)


class ChineseGroup(click.Group):
    """A group of commands, named in Chinese in the usage line, that turns our errors into one Chinese message and exit code 2."""

    def __init__(self, *args: Any, **extras: Any) -> None:
        super().__init__(*args, **{"options_metavar": "[选项]", "subcommand_metavar": "命令 [参数]…", **extras})

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command; our own errors become exit code 2, everything else is a bug and keeps its traceback."""
        try:
            return super().invoke(ctx)
        except USER_ERRORS as error:
            click.echo(f"错误：{error}", err=True)
            sys.exit(2)


class Settings:
    """The options before the command, resolved when first needed."""

    def __init__(self, path: Path | None) -> None:
        self._path = path
        self._config: Config | None = None

    @property
    def config(self) -> Config:
        """The configuration. Raises ConfigError."""
        if self._config is None:
            self._config = load_config(self._path)
            logging.getLogger().setLevel(self._config.log.level.upper())
        return self._config

    def store(self, *, create: bool = False) -> Store:
        """The configured store. Raises StoreError when it does not exist yet and ``create`` is False."""
        return Store.open(self.config.store.path, timezone=self.config.store.timezone, create=create)

    def book(self, folder: Path | None = None) -> PhraseBook:
        """The phrase book with this site's refinements. Raises PhraseBookError."""
        return load_book(folder or self.config.phrasebook.folder)

    def recogniser(self, model: Path | None = None, workers: int | None = None) -> Recogniser:
        """The recogniser: ``--model``, the configured, an installed or the bundled one. Raises ModelError."""
        engine = self.config.model.engine
        count = self.config.work.workers if workers is None else workers
        if engine == "whisper":
            chosen = model or self.config.model.path
            if chosen is None:
                raise ConfigError("model.path：使用 whisper 时必须写明模型目录")
            return Recogniser(chosen, recogniser_for(engine), count)
        return Recogniser(choose(model, self.config.model.path).path, recogniser_for(engine), count)


pass_settings = click.make_pass_decorator(Settings)
existing_folder = click.Path(exists=True, file_okay=False, path_type=Path)
existing_file = click.Path(exists=True, dir_okay=False, path_type=Path)
