"""Whether the quotes of a verdict bear it out: assert the claim, in its words, with its values in their places; pure.

Code finds quotes again, but that words stand somewhere says nothing of what they carry: a judge that errs, or was
talked round, quotes true words for a false claim. What the judge without a model compares is compared here too.
"""

from collections.abc import Iterable, Mapping, Sequence

from probandum.agent.judges.embedded.alignment import align
from probandum.agent.judges.embedded.differences.difference import Difference
from probandum.agent.judges.embedded.differences.kinds import differences
from probandum.agent.judges.embedded.differences.values import dates, quantities
from probandum.agent.judges.embedded.statements.comparison import ReadClaim, nearest, read_claim
from probandum.agent.judges.embedded.statements.decision import decide_anew
from probandum.agent.judges.embedded.statements.order import turned_round
from probandum.agent.judges.embedded.statements.statement import StatementIndex, read_statements, stands_in
from probandum.agent.language.analysis import LONGEST, analyze_sentence, analyze_text, index_texts
from probandum.agent.language.assertion import Scope, governing
from probandum.agent.language.tokens import Token
from probandum.agent.models import Step, Verdict
from probandum.agent.taxonomy import Decide, Label, Why
from probandum.tools.evidence import Evidence

VALUE_CHECK = "doubt"
ASSERTION_CHECK = "assertion"
_TURNED = ("role_swap", "relation", "negation")
_SEVERAL = 4
"""Content words and values of a claim of which one must stand in what supports it; fewer may be said otherwise."""
_MOSTLY = 0.5
"""Share of a claim's words in one statement from which on that is what it drops a condition of."""
_NEARLY_ALL = 0.99
"""Share of a claim's words in one statement from which on their order tells who did what to whom."""


def check_quotes(verdict: Verdict, claim: str, evidence: Mapping[str, Evidence]) -> Verdict:
    """The verdict, or what is left of it where its quotes do not bear it out.

    What quotes deny, ask, report, suppose or strike, what a statement among them plainly contradicts, and what has
    none of their words, is not supported by them; what one of them plainly states is not contradicted. Such a verdict
    becomes ``unevaluatable``, with a step that says why. Quotes that give another number or date otherwise leave it
    standing, with such a step and half its probability.

    Args:
        verdict: as the judge gave it; one that neither supports nor contradicts comes back as it is.
        claim: the text of the claim.
        evidence: whatever it may quote, by id.
    """
    if verdict.label not in (Label.SUPPORTED, Label.CONTRADICTED) or not verdict.quotes:
        return verdict
    quoted = tuple(evidence[id_] for id_ in dict.fromkeys(q.evidence_id for q in verdict.quotes) if id_ in evidence)
    index = _statements(verdict, quoted)
    words = index_texts(tuple(quote.text for quote in verdict.quotes))
    alignment = align(claim[:LONGEST], words)
    found = differences(alignment, words)
    if objection := _objection(verdict, claim, evidence, index, found):
        return _unfounded(verdict, *objection)
    if verdict.label is Label.CONTRADICTED:
        return verdict
    return _with_values(verdict, [*dates(alignment, words), *quantities(alignment, words)])


def _objection(
    verdict: Verdict,
    claim: str,
    evidence: Mapping[str, Evidence],
    index: StatementIndex,
    found: Sequence[Difference],
) -> tuple[str, str] | None:
    """What speaks against the verdict in what it quotes, and the name of the step that says so; None where nothing."""
    decided = decide_anew(claim[:LONGEST], index) if index.statements else None
    if verdict.label is Label.CONTRADICTED:
        same = decided and decided.label is Label.SUPPORTED and decided.at is Decide.STRICT
        return ("but what it quotes states the claim", VALUE_CHECK) if same else None
    if scope := _frame(verdict, claim, evidence):
        told = f"{scope.status.value} ({' '.join(scope.trigger.split())!r})"
        return f"but what it quotes is not asserted there: {told}", ASSERTION_CHECK
    if decided and decided.label is Label.CONTRADICTED and decided.clashes:
        clash = decided.clashes[0]
        return f"but there stands {clash.evidence!r}, not {clash.claim!r}", VALUE_CHECK
    if dropped := _dropped(read_claim(claim[:LONGEST]), index, read_statements(tuple(evidence.values()))):
        return f"but {dropped}, which the claim does not say", VALUE_CHECK
    if turned := _turned(claim, found, index):
        return f"but it is {turned}", VALUE_CHECK
    nothing = decided is None and evidence and _shares_nothing(claim, verdict, index)
    return ("but what it quotes has none of the claim's words", ASSERTION_CHECK) if nothing else None


def _statements(verdict: Verdict, quoted: tuple[Evidence, ...]) -> StatementIndex:
    """What the quotes say, with what each stands under."""
    spans = [(quote.evidence_id, quote.start, quote.end) for quote in verdict.quotes]
    return StatementIndex(
        [
            statement
            for statement in read_statements(quoted).statements
            if any(
                id_ == statement.item.id and statement.sentence.start < end and start < statement.sentence.end
                for id_, start, end in spans
            )
        ]
    )


def _dropped(claim: ReadClaim, quoted: StatementIndex, everything: StatementIndex) -> str | None:
    """What the claim drops that its quote holds under: a condition, or one case beside others of other values."""
    best = next(iter(nearest(claim, quoted)), None)
    if best is None or best.coverage < _MOSTLY or (not best.agreeing and claim.values):
        return None
    restricted = (*best.wording.condition, *(each for each in best.wording.limiting if _restricts(each)))
    if restricted and not (claim.wording.condition or claim.wording.limiting):
        return f"that holds there {restricted[0]!r}"
    for other in nearest(claim, everything):
        rivals = other.coverage >= best.coverage and len(other.conflicts) == 1 and not other.open_values
        apart = best.statement.own_keys - other.statement.own_keys - frozenset(claim.keys)
        if rivals and apart:  # what tells the two cases apart, the claim does not say
            return f"that is so in one of several cases, in another {other.conflicts[0][1].text.strip()!r}"
    return None


def _restricts(word: str) -> bool:
    """Whether a word names the only case in which something holds."""
    return word.lower() == "only" or word.lower().startswith(("on ", "limited", "under", "in certain"))


def _turned(claim: str, found: Sequence[Difference], index: StatementIndex) -> str | None:
    """What the quotes have the other way round: who did what to whom, or a word that only looks like the claim's."""
    turned = next((each for each in found if each.contradicts and each.detail in _TURNED), None)
    if turned:
        return f"{turned.evidence!r} there, not {turned.claim!r}"
    near = nearest(read_claim(claim[:LONGEST]), index)
    if near and near[0].coverage >= _NEARLY_ALL and turned_round(near[0]):
        return "the other way round there"
    lettered = (name.text for name in near[0].new_names if _is_lettered(name)) if near else ()
    missing = next(iter(lettered), None)
    return f"not about {missing!r} there" if missing else None


def _is_lettered(name: Token) -> bool:
    """Whether a name is one letter that tells two things apart: "Bridge B"."""
    return len(name.text) == 1


def _shares_nothing(claim: str, verdict: Verdict, index: StatementIndex) -> bool:
    """Whether of several content words and values of a claim none stands in what is quoted."""
    read = read_claim(claim[:LONGEST])
    words = [word.key for quote in verdict.quotes for word in analyze_sentence(quote.text[:LONGEST]).words]
    there = frozenset([*words, *(key for statement in index.statements for key in statement.around)])
    shares = any(stands_in(key, there) for key in read.keys) or index.has_value(read.values)
    return len(read.keys) + len(read.values) >= _SEVERAL and not shares


def _frame(verdict: Verdict, claim: str, evidence: Mapping[str, Evidence]) -> Scope | None:
    """What keeps the quoted sentence that has most of the claim from asserting it; None where it asserts it."""
    keys = frozenset(word.key for word in analyze_sentence(claim).words if word.content)
    quoted = [
        (len(sentence.keys & keys), sentence, evidence[quote.evidence_id].text)
        for quote in verdict.quotes
        if quote.evidence_id in evidence
        for sentence in analyze_text(evidence[quote.evidence_id].text).sentences
        if sentence.start < quote.end and quote.start < sentence.end
    ]
    most = max((shared for shared, _, _ in quoted), default=0)
    if 2 * most < len(keys) or not most:
        return None
    scopes = [governing(claim, keys, sentence, text) for shared, sentence, text in quoted if shared == most]
    return None if any(scope is None for scope in scopes) else scopes[0]


def _unfounded(verdict: Verdict, told: str, name: str) -> Verdict:
    """The verdict as one that nobody can rely on: half of its probability goes to ``unevaluatable``."""
    moved = verdict.probabilities.get(verdict.label, 0.0) / 2
    probabilities = {**verdict.probabilities, verdict.label: moved}
    probabilities[Label.UNEVALUATABLE] = probabilities.get(Label.UNEVALUATABLE, 0.0) + moved
    step = Step(name=name, text=f"{verdict.label.value.capitalize()} by the judge, {told}.")
    return Verdict.model_validate(
        {
            **dict(verdict),
            "label": Label.UNEVALUATABLE,
            "why": Why.UNDECIDABLE,
            "error_types": (),
            "detail": None,
            "correction": None,
            "steps": (*verdict.steps, step),
            "probabilities": probabilities,
            "confidence": probabilities[Label.UNEVALUATABLE],
        }
    )


def _with_values(verdict: Verdict, found: Iterable[Difference]) -> Verdict:
    otherwise = [f"{difference.evidence!r} where the claim says {difference.claim!r}" for difference in found]
    if not otherwise:
        return verdict
    moved = verdict.probabilities.get(Label.SUPPORTED, 0.0) / 2
    probabilities = {**verdict.probabilities, Label.SUPPORTED: moved}
    probabilities[Label.CONTRADICTED] = probabilities.get(Label.CONTRADICTED, 0.0) + moved
    step = Step(name=VALUE_CHECK, text=f"Supported by the judge, but its quotes say {', '.join(otherwise)}.")
    return verdict.model_copy(
        update={"steps": (*verdict.steps, step), "probabilities": probabilities, "confidence": moved}
    )


def quote_conflict(verdict: Verdict) -> str | None:
    """What the quotes of a verdict say otherwise; None where nothing, or nobody has looked."""
    return next((step.text for step in verdict.steps if step.name in (VALUE_CHECK, ASSERTION_CHECK)), None)
