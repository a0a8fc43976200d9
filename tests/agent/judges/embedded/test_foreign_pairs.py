"""Sentences of other languages and their denials: words alone never make either supported by the other."""

from itertools import product

import pytest

from probandum import audit
from probandum.agent.taxonomy import Label, Outcome, Reason

LANGUAGES = {
    "Spanish": (
        ["El puente", "La fábrica", "El hospital", "La biblioteca", "El museo", "La escuela", "El mercado"],
        [
            "abre los domingos",
            "tiene tres puertas",
            "está cerca del río",
            "pertenece a la ciudad",
            "recibe muchas visitas",
        ],
        "{} {}.",
        "{} no {}.",
    ),
    "French": (
        ["Le pont", "La gare", "Le musée", "La mairie", "Le théâtre", "La piscine", "Le marché"],
        ["ouvre", "reste dans le centre", "appartient à la commune", "coûte très cher", "ferme avant la nuit"],
        "{} {}.",
        "{} ne {} pas.",
    ),
    "German": (
        ["Die Brücke", "Der Bahnhof", "Das Museum", "Die Schule", "Der Markt", "Die Klinik", "Das Lager"],
        ["sehr alt", "heute geöffnet", "aus Stein gebaut", "im Besitz der Stadt", "für alle kostenlos"],
        "{} ist {}.",
        "{} ist nicht {}.",
    ),
    "Italian": (
        ["Il ponte", "La stazione", "Il museo", "La scuola", "Il mercato", "La clinica", "Il teatro"],
        ["apre di domenica", "ha tre ingressi", "si trova vicino al fiume", "appartiene alla città", "costa molto"],
        "{} {}.",
        "{} non {}.",
    ),
    "Dutch": (
        ["De brug", "Het station", "Het museum", "De school", "De markt", "De kliniek", "Het theater"],
        ["erg oud", "vandaag open", "van steen gemaakt", "eigendom van de stad", "voor iedereen gratis"],
        "{} is {}.",
        "{} is niet {}.",
    ),
    "Portuguese": (
        ["A ponte", "A estação", "O museu", "A escola", "O mercado", "A clínica", "O teatro"],
        ["abre aos domingos", "tem três portas", "fica perto do rio", "pertence à cidade", "recebe muitas visitas"],
        "{} {}.",
        "{} não {}.",
    ),
}
ENDINGS = (".", " (2019).", " – 12 %.")
PAIRS = 210
"""Of each of the six languages: 1,260 in all."""


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_sentence_of_another_language_never_supports_its_denial(language):
    subjects, predicates, told, denied = LANGUAGES[language]
    pairs = [
        tuple(form.format(subject, predicate).replace(".", ending) for form in forms)
        for subject, predicate in product(subjects, predicates)
        for forms in ((told, denied), (denied, told))
        for ending in ENDINGS
    ]
    assert len(pairs) == PAIRS
    for claim, evidence in pairs:
        for result in audit(claim, context=[evidence]).claims:
            assert result.verdict is None or result.verdict.label is not Label.SUPPORTED, (claim, evidence)


def test_what_is_not_english_is_told_as_not_checked():
    report = audit("Die Brücke ist nicht aus Stein gebaut.", context=["Die Brücke ist aus Stein gebaut."])
    assert [(c.outcome, c.reason) for c in report.claims] == [(Outcome.NOT_CHECKED, Reason.LANGUAGE)]
