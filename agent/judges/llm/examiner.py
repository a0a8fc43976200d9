"""Asks a language model what it knows, without showing it the claim; what its answers prove is decided elsewhere."""

from collections.abc import Callable

from probandum.agent.judges.llm.chat.protocol import Chat, ChatReply
from probandum.agent.judges.llm.prompting.fence import Fence
from probandum.agent.judges.llm.session import ModelSession, Prompt, UnusableReply
from probandum.agent.usage import Usage
from probandum.prompts import fill
from probandum.tools.errors import JudgeError, JudgeUnavailable, ToolError, ToolUnavailable

PROMPTS = ("cross_answer", "cross_question")
_LONGEST = 600
_REPAIRS = 1
_FREELY = 0.7
"""The temperature of all answers but the first, so that a model which guesses does not guess the same."""


class ModelExaminer:
    """A `probandum.tools.cross_examination.Examiner` over a language model.

    Attributes:
        model: its name.
    """

    def __init__(self, chat: Chat, *, secret: bytes, spend: Callable[[Usage], None]) -> None:
        """Take the model.

        Args:
            chat: the model that is asked.
            secret: what fences are made from.
            spend: told what every exchange cost.
        """
        self.model = chat.model
        self._chat = chat
        self._secret = secret
        self._spend = spend

    async def question(self, claim: str) -> str:
        """A question whose answer shows whether the claim is right, and that does not give it away.

        Raises:
            ToolUnavailable: the model was not reached.
            ToolError: it declined, or wrote no question.
        """
        return await self._said("cross_question", "claim", claim, _question, temperature=None)

    async def answer(self, question: str, *, again: bool) -> str:
        """What the model says to a question; errors as above.

        Args:
            question: shown as it is, and nothing beside it.
            again: whether it was asked before, so that it may answer otherwise.
        """
        return await self._said("cross_answer", "question", question, _words, temperature=_FREELY if again else None)

    async def _said(
        self, prompt: str, name: str, text: str, read: Callable[[ChatReply], str], *, temperature: float | None
    ) -> str:
        fence = Fence.of(text, secret=self._secret)
        session = ModelSession(chat=self._chat, fence=fence, repairs=_REPAIRS)
        asked = Prompt(messages=(("user", fill(prompt, **{name: fence.wrap(name, text)})),), stage="cross_examination")
        try:
            return await session.ask(asked, read, temperature=temperature)
        except JudgeUnavailable as error:
            raise ToolUnavailable(f"the model did not answer: {error}") from error
        except JudgeError as error:
            raise ToolError(f"the model gave no answer that can be used: {error}") from error
        finally:
            self._spend(session.usage)


def _question(answer: ChatReply) -> str:
    written = _words(answer)
    if not written.endswith("?"):
        raise UnusableReply("That is no question. Write one question, on one line, ending in a question mark.")
    return written


def _words(answer: ChatReply) -> str:
    written = " ".join(answer.text.split()).strip('"')
    if not written or len(written) > _LONGEST:
        raise UnusableReply(f"Write one or two sentences, of {_LONGEST} characters at most.")
    return written
