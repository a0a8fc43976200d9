"""Whether words alone decide a claim, and how; what they leave open is for a judge that reads."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from probandum.agent.evidence.sentences import clear_sentences
from probandum.agent.judges.embedded.statements.cells import by_cells
from probandum.agent.judges.embedded.statements.comparison import Comparison, ReadClaim, names_in, nearest, read_claim
from probandum.agent.judges.embedded.statements.order import turned_round
from probandum.agent.judges.embedded.statements.statement import Statement, StatementIndex, read_statements
from probandum.agent.judges.embedded.statements.substitution import exclude_each_other
from probandum.agent.judges.embedded.statements.sums import by_sum
from probandum.agent.judges.embedded.statements.table import CellFinding, read_table
from probandum.agent.judges.embedded.statements.wording import wording
from probandum.agent.language.assertion import Scope, Status
from probandum.agent.language.lexicon import word_set
from probandum.agent.language.tokens import stem
from probandum.agent.language.values.comparison import FOLLOWS, compare
from probandum.agent.language.values.reading import read_values
from probandum.agent.language.values.value import Kind
from probandum.agent.taxonomy import Decide, ErrorType, Label
from probandum.tools.segmentation.structure.tool_results import failure_in, tells_of_failure

_COVERED, _WELL_COVERED = 0.6, 0.75
"""Share of a claim's content words in one statement from which on the two are compared, or surely so."""
_LEAST, _ENOUGH = 2, 4
"""Content words and values that a claim must have before one statement can support it, or surely so."""
_ALL_BUT_NAMES = 0.99
_MONTHS = frozenset(map(stem, word_set("months")))
_LIGHT = frozenset(map(stem, word_set("light")))
_TEMPORAL = (Kind.DATE, Kind.CLOCK, Kind.DURATION)


@dataclass(frozen=True, slots=True)
class Clash:
    """Where claim and statement differ, in the words of either."""

    type: ErrorType
    claim: str
    evidence: str
    label: Label = Label.CONTRADICTED
    detail: str | None = None

    @property
    def contradicts(self) -> bool:
        """Whether both cannot be true together."""
        return self.label is Label.CONTRADICTED


@dataclass(frozen=True, slots=True)
class Decided:
    """What words alone decide."""

    label: Label
    at: Decide
    """The strictest setting under which it stands."""
    statements: tuple[Statement, ...]
    """What it rests on."""
    clashes: tuple[Clash, ...] = ()
    coverage: float = 1.0
    verbatim: bool = False
    """Whether the statement is the claim, word for word."""


def decide(text: str, index: StatementIndex) -> Decided | None:
    """The verdict on a claim beside everything the evidence says; None where words do not tell.

    Kept as long as what the evidence says, since a claim is looked at beside the same evidence more than once.
    """
    found: Decided | None = index.kept(text, lambda: decide_anew(text, index))
    return found


def decide_anew(text: str, index: StatementIndex) -> Decided | None:
    """The same beside statements that are looked at once; nothing is kept."""
    claim = read_claim(text)
    found = by_cells(claim, read_table(index)) or by_sum(claim, index)
    if found and not (found.supported and _failed(text, found)):
        return _from_cells(found)
    near = nearest(claim, index)
    if not near:
        return None
    best = near[0]
    if best.is_verbatim and not best.scope:
        return Decided(Label.SUPPORTED, Decide.STRICT, (best.statement,), verbatim=True)
    if not best.found or (best.coverage < _COVERED and not _all_but_names(best)):
        return None
    clashes = tuple(clashes_of(best))
    return _faulty(best, clashes) if clashes else _supported(claim, best, near)


def _failed(claim: str, found: CellFinding) -> bool:
    """Whether the cells are those of a call that failed, and the claim does not say so."""
    said = any(failure_in(statement.item.text) for statement in found.statements)
    return said and not tells_of_failure(claim)


def clear_statements() -> None:
    """Let go of everything that was read of evidence, for whoever goes on to other evidence."""
    for kept in (read_statements, read_table, read_values):
        kept.cache_clear()
    clear_sentences()


def _all_but_names(best: Comparison) -> bool:
    """Whether all of a claim but its names stands there, and that is more than a word."""
    enough = len(best.found) >= _LEAST and best.new_names
    return bool(enough) and best.coverage_without_names >= _ALL_BUT_NAMES


def _from_cells(found: CellFinding) -> Decided:
    if found.supported:
        return Decided(Label.SUPPORTED, Decide.STRICT, found.statements)
    detail = "relation" if found.type is ErrorType.OTHER else None
    clash = Clash(found.type or ErrorType.OTHER, found.claim, found.evidence, detail=detail)
    return Decided(Label.CONTRADICTED, Decide.STRICT, found.statements, (clash,))


def _faulty(best: Comparison, clashes: Sequence[Clash]) -> Decided:
    contradicts = any(clash.label is Label.CONTRADICTED for clash in clashes)
    label = Label.CONTRADICTED if contradicts else clashes[0].label
    at = Decide.STRICT if best.coverage >= _WELL_COVERED else Decide.BALANCED
    return Decided(label, at, (best.statement,), tuple(clashes), best.coverage)


def _supported(claim: ReadClaim, best: Comparison, near: Sequence[Comparison]) -> Decided | None:
    if best.statement.sentence.cells and claim.values:
        return None  # in which column they stand was not to be told
    if (
        best.size < _LEAST
        or best.open_values
        or best.new_names
        or best.substitutions
        or _narrowed(best)
        or _has_rival(best, near[1:])
    ):
        return None
    if {claim.keys[0], claim.keys[-1]} & set(best.missing) - _LIGHT:
        return None  # a sentence mostly opens with its subject, and what it says of that stands at its end
    if (claim.wording.cause and not best.wording.cause) or turned_round(best):
        return None
    sure = best.coverage >= _WELL_COVERED and best.size >= _ENOUGH
    return Decided(
        Label.SUPPORTED, Decide.STRICT if sure else Decide.BALANCED, (best.statement,), coverage=best.coverage
    )


def _narrowed(best: Comparison) -> bool:
    """Whether the statement holds in some cases only, or may hold, and the claim does not say so."""
    claim, there = best.claim.wording, best.wording
    return bool(
        (there.condition and not claim.condition)
        or (there.limiting and not claim.limiting)
        or (there.modal and not claim.modal)
    )


def _has_rival(best: Comparison, others: Sequence[Comparison]) -> bool:
    """Whether another statement has as much of the claim and another value in the same place."""
    return any(other.conflicts and other.coverage >= best.coverage for other in others)


def clashes_of(best: Comparison) -> Iterator[Clash]:
    """Where the claim and the statement that has most of it differ, the plainest first."""
    if best.new_names:
        yield from _another_name(best)  # what else differs may be so because it is about something else
        return
    if best.scope and best.coverage >= _WELL_COVERED and not _says_so_itself(best):
        yield _framed(best.scope)
    for value, other in () if best.claim.wording.together or best.claim.wording.apart else best.conflicts:
        kind = ErrorType.TEMPORAL if value.kind in _TEMPORAL else ErrorType.NUMBER
        yield Clash(kind, value.text.strip(), other.text.strip())
    yield from _by_wording(best)


def _says_so_itself(best: Comparison) -> bool:
    """Whether what the evidence has as possible only is told by the claim as planned or possible too."""
    claim = best.claim.wording
    return best.scope is not None and best.scope.status is Status.POSSIBLE and bool(claim.plan or claim.tentative)


def _another_name(best: Comparison) -> Iterator[Clash]:
    """A name in whose place the statement has another, where everything else is the same."""
    rival = _rival_name(best)
    if best.claim.wording.denies:
        return
    same = best.coverage_without_names >= _ALL_BUT_NAMES and not best.conflicts and not best.open_values
    if rival and same:
        yield Clash(ErrorType.ENTITY, best.new_names[0].text, rival)


def _framed(scope: Scope) -> Clash:
    trigger = " ".join(scope.trigger.split())
    if scope.status in (Status.NEGATED, Status.RETRACTED):
        return Clash(ErrorType.OTHER, "a plain statement", trigger, detail="negation")
    kind = ErrorType.ATTRIBUTION_FAILURE if scope.status is Status.REPORTED else ErrorType.HYPERBOLE
    if scope.status is Status.POSSIBLE and wording(trigger).plan:
        kind = ErrorType.TEMPORAL
    return Clash(kind, "a plain statement", trigger, Label.ABSENT)


def _by_wording(best: Comparison) -> Iterator[Clash]:
    claim, there = best.claim.wording, best.wording
    if best.opposites:
        one, other = best.opposites[0]
        yield Clash(ErrorType.OTHER, one, other, detail="relation")
    elif others := [pair for pair in best.substitutions if exclude_each_other(*pair)]:
        yield Clash(ErrorType.OTHER, others[0][0].text, others[0][1].text, detail="relation")
    elif claim.denies != there.denies and not best.open_values and not failure_in(best.statement.passage_sentence.text):
        sides = (claim.negations or ("no negation",))[0], (there.negations or ("no negation",))[0]
        yield Clash(ErrorType.OTHER, *sides, detail="negation")
    if claim.universal and not there.universal and not _holds_for_all(best) and not _has_word(best, claim.universal[0]):
        yield Clash(ErrorType.OVERGENERALIZATION, claim.universal[0], (there.limiting or ("not said of all",))[0])
    if there.plan and not (claim.plan or claim.tentative):
        yield Clash(ErrorType.TEMPORAL, "told as done or settled", there.plan[0])
    if there.tentative and not (claim.tentative or claim.plan):
        yield Clash(ErrorType.HYPERBOLE, "stated as certain", there.tentative[0])
    if claim.superlative and (weaker := _weaker(best)):
        yield Clash(ErrorType.HYPERBOLE, claim.superlative[0], weaker)


def _has_word(best: Comparison, said: str) -> bool:
    word = said.lower().split()[0]
    return any(each.text.lower() == word for each in best.statement.read.words)


def _holds_for_all(best: Comparison) -> bool:
    """Whether the claim gives a range or bound in which every such value of the statement lies."""
    bounds = [value for value in best.agreeing if not value.is_point]
    return any(
        sum(other.kind is bound.kind for other in best.statement.values) > 1
        and all(compare(bound, other) in FOLLOWS for other in best.statement.values if other.kind is bound.kind)
        for bound in bounds
    )


def _weaker(best: Comparison) -> str | None:
    """What makes the evidence's superlative less than the claim's: the second most, one of the largest."""
    claim, there = best.claim.wording, best.wording
    said = {word.lower() for word in claim.superlative}
    return next((each for each in there.ranking if not claim.ranking and each.lower().split()[-1] in said), None)


def _rival_name(best: Comparison) -> str | None:
    """A name in the statement that the claim does not have."""
    named = (word for word in names_in(best.statement.read) if word.content and not word.number)
    return next((word.text for word in named if word.key not in best.claim.read.keys and word.key not in _MONTHS), None)
