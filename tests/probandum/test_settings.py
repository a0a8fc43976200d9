import stat

import pytest

from probandum import settings
from probandum.agent.judges.llm.judge import LLMJudge
from probandum.agent.options import Options
from probandum.judges import installation_secret, make_chat, make_judge
from probandum.settings import PROFILES, options
from probandum.tools.errors import ConfigError, InputError


@pytest.fixture(autouse=True)
def clean(monkeypatch, tmp_path):
    for name in ("PROBANDUM_JUDGE", "PROBANDUM_PROFILE", "OPENAI_API_KEY", "OPENAI_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("PROBANDUM_HOME", str(tmp_path / "home"))


def test_the_environment_beats_the_default(monkeypatch):
    assert settings.load().judge == "embedded"
    monkeypatch.setenv("PROBANDUM_JUDGE", "openai:any")
    assert settings.load().judge == "openai:any"


def test_our_own_name_beats_the_common_one(monkeypatch):
    monkeypatch.setenv("OPENAI_BASE_URL", "http://common/v1")
    monkeypatch.setenv("PROBANDUM_OPENAI_BASE_URL", "http://own/v1")
    assert settings.load().openai_base_url == "http://own/v1"


def test_a_secret_is_never_shown(monkeypatch):
    monkeypatch.setenv("OPENAI_API_KEY", "sk-very-secret")
    assert "very-secret" not in repr(settings.load())


def test_an_option_overrides_its_entry_in_the_profile():
    assert options("deep", max_rounds=7) == PROFILES["deep"].model_copy(update={"max_rounds": 7})
    assert options("deep", max_rounds=None) == PROFILES["deep"]


@pytest.mark.parametrize(("profile", "how"), [("hasty", {}), ("deep", {"max_rounds": 99})])
def test_options_that_do_not_hold_are_named(profile, how):
    with pytest.raises(ConfigError, match=r"hasty|max_rounds=99"):
        options(profile, **how)


def test_the_secret_of_an_installation_is_made_once_and_is_its_owners(tmp_path):
    secret = installation_secret(tmp_path / "home")
    assert len(secret) == 32
    assert installation_secret(tmp_path / "home") == secret
    assert stat.S_IMODE((tmp_path / "home" / "secret").stat().st_mode) == 0o600


def test_a_home_that_cannot_be_written_is_named(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="PROBANDUM_HOME"):
        installation_secret(tmp_path / "file")


def test_a_language_model_needs_a_key_and_a_name(monkeypatch):
    with pytest.raises(ConfigError, match="OPENAI_API_KEY"):
        make_judge("openai:any", settings.load())
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    assert isinstance(make_judge("openai:any", settings.load()), LLMJudge)
    with pytest.raises(ConfigError, match="'openai:'"):
        make_judge("openai:", settings.load())


@pytest.mark.parametrize("apart", ["false", "true"])
def test_the_room_for_an_answer_is_set_and_reaches_the_model(monkeypatch, apart):
    monkeypatch.setenv("OPENAI_API_KEY", "none")
    monkeypatch.setenv("PROBANDUM_MODEL_PROCESS", apart)
    assert make_chat("openai:any", settings.load()).max_output_tokens == 4_096
    monkeypatch.setenv("PROBANDUM_MAX_OUTPUT_TOKENS", "1000")
    assert make_chat("openai:any", settings.load()).max_output_tokens == 1_000
    monkeypatch.setenv("PROBANDUM_MAX_OUTPUT_TOKENS", "10")
    with pytest.raises(ConfigError, match="PROBANDUM_MAX_OUTPUT_TOKENS='10'"):
        settings.load()


def test_a_bank_of_examples_is_read_when_the_judge_is_made(monkeypatch, tmp_path):
    bank = tmp_path / "own.jsonl"
    bank.write_text("{}\n")
    monkeypatch.setenv("OPENAI_API_KEY", "any")
    monkeypatch.setenv("PROBANDUM_EXAMPLES", str(bank))
    with pytest.raises(InputError, match="line 1, id"):
        make_judge("openai:any", settings.load())
    unread = make_judge("openai:any", settings.load(), Options(few_shot="off"))
    assert "examples" not in unread.info.prompts


def test_traces_without_their_extra_are_refused_and_sent_nowhere_else(monkeypatch):
    monkeypatch.setenv("LANGSMITH_OTEL_ONLY", "true")
    monkeypatch.setattr(settings, "_installed", lambda _: False)
    with pytest.raises(ConfigError, match="LANGSMITH_OTEL_ONLY needs the extra 'traces'"):
        settings.load()
