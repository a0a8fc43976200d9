"""The options that commands share, each declared once with its help; what they do is told in ``agent/options.py``."""

from pathlib import Path
from typing import Annotated, Literal

import typer

_HOW = "How thorough (see 'probandum doctor' for what the profiles choose)"
_WEB = "The web, and other sources"
_LIMITS = "How much may be spent"

Question = Annotated[str | None, typer.Option(help="What the answer answers.")]
Context = Annotated[
    list[str] | None,
    typer.Option(
        metavar="[ID=]PATH", help="File to check against, with the id that citations name it by; may be repeated."
    ),
]
Corpus = Annotated[list[Path] | None, typer.Option(help="Folder to search for more; may be given several times.")]
ErrorTypes = Annotated[
    Path | None,
    typer.Option(
        help='JSON file with error types of your own, for a judge that reads: [{"name": "off_label_use", "definition": '
        '"…", "example": "…"}, …].'
    ),
]
Junit = Annotated[
    Path | None, typer.Option(help="Write JUnit XML to this file: a test case for each claim, as CI systems show it.")
]
Sarif = Annotated[
    Path | None,
    typer.Option(help="Write SARIF 2.1.0 to this file: each faulty claim at its place in the answer's file."),
]
History = Annotated[
    Path | None,
    typer.Option(help='JSON file with the dialogue so far: [{"role": "user", "text": "…"}, …]. No evidence.'),
]
Judge = Annotated[
    str | None,
    typer.Option(
        help="'embedded' (no key, no network), 'openai:MODEL', or 'nli:FOLDER' (a local cross-encoder). "
        "Default: embedded."
    ),
]

Embeddings = Annotated[
    Path | None,
    typer.Option(help="Folder with a sentence-embedding model (ONNX): documents are found by meaning, too."),
]
Record = Annotated[
    Path | None,
    typer.Option(help="File that keeps every reply of model and sources, to replay the audit from."),
]
Replay = Annotated[
    Path | None,
    typer.Option(help="Such a file: model and sources are answered from it; no key, no network."),
]

Profile = Annotated[
    Literal["fast", "standard", "deep"] | None,
    typer.Option(help="All of these at once. Default: standard.", rich_help_panel=_HOW),
]
MaxRounds = Annotated[
    int | None,
    typer.Option(help="Passes of gather-and-classify for one claim.", min=1, max=10, rich_help_panel=_HOW),
]
Granularity = Annotated[
    Literal["claim", "batch", "adaptive"] | None,
    typer.Option(
        help="The model looks at claims one by one, many at once, or many at once and then at the doubtful ones alone.",
        rich_help_panel=_HOW,
    ),
]
Reasoning = Annotated[
    Literal["auto", "cot", "direct"] | None,
    typer.Option(
        help="The model writes five steps before a label, or answers at first sight; 'auto': by its size.",
        rich_help_panel=_HOW,
    ),
]
Votes = Annotated[
    int | None, typer.Option(help="How often the model is asked the same.", min=1, max=9, rich_help_panel=_HOW)
]
Confidence = Annotated[
    Literal["auto", "logprob", "votes", "stated"] | None,
    typer.Option(
        help="Its source: the probability of one word, votes, or the model's word. 'auto': the first to be had.",
        rich_help_panel=_HOW,
    ),
]
Decide = Annotated[
    Literal["auto", "strict", "balanced", "lenient"] | None,
    typer.Option(
        help="How sure the judge must be; what is less sure is 'undecided' and in no rate. 'auto': balanced without a "
        "model, lenient (everything is decided) with one.",
        rich_help_panel=_HOW,
    ),
]
Citations = Annotated[
    Literal["off", "check", "require"] | None,
    typer.Option(
        help="What the answer cites is looked at source by source ('check', the default); with 'require' a claim "
        "without a citation is a finding, too.",
        rich_help_panel=_HOW,
    ),
]
Screen = Annotated[
    Literal["auto", "none", "embedded"] | None,
    typer.Option(
        help="'embedded': what the embedded judge decides, the model is not asked about. 'auto': before a small model "
        "of this machine.",
        rich_help_panel=_HOW,
    ),
]
Review = Annotated[
    bool,
    typer.Option("--review", help="Stop for a person to settle what the judge leaves open.", rich_help_panel=_HOW),
]
FewShot = Annotated[
    Literal["audit", "claim", "off"] | None,
    typer.Option(help="Worked examples for the model: chosen per audit, per claim, or none.", rich_help_panel=_HOW),
]
Examples = Annotated[
    Path | None,
    typer.Option(help="File of worked examples of your own, one JSON object per line.", rich_help_panel=_HOW),
]
AllCheckable = Annotated[
    bool,
    typer.Option("--all-checkable", help="Judge opinions and first-person sentences, too.", rich_help_panel=_HOW),
]

NoCalibration = Annotated[
    bool,
    typer.Option(
        "--no-calibration", help="Leave out what 'probandum calibrate' keeps for the judge.", rich_help_panel=_HOW
    ),
]

Web = Annotated[
    bool | None,
    typer.Option(
        "--web/--no-web",
        help="Search the web (Tavily; key in TAVILY_API_KEY, a few searches without). Sends it words of the claims.",
        rich_help_panel=_WEB,
    ),
]
CrossExamine = Annotated[
    bool | None,
    typer.Option(
        "--cross-examine/--no-cross-examine",
        help="Ask the model what it knows, without the claim; can show doubt, never support.",
        rich_help_panel=_WEB,
    ),
]
Calculate = Annotated[
    bool | None,
    typer.Option(
        "--calculate/--no-calculate",
        help="Let the model have sums, units and dates worked out (extra 'calculator').",
        rich_help_panel=_WEB,
    ),
]
TrustDomain = Annotated[
    list[str] | None,
    typer.Option(help="Domain of which one page is enough; otherwise it takes two sources.", rich_help_panel=_WEB),
]
IncludeDomain = Annotated[
    list[str] | None, typer.Option(help="Search pages of this domain alone; may be repeated.", rich_help_panel=_WEB)
]
ExcludeDomain = Annotated[
    list[str] | None, typer.Option(help="No pages of this domain; may be repeated.", rich_help_panel=_WEB)
]
MaxAgeDays = Annotated[int | None, typer.Option(help="No pages older than this.", min=1, rich_help_panel=_WEB)]
Source = Annotated[
    list[str] | None, typer.Option(help="Name of a source that is installed as a plug-in.", rich_help_panel=_WEB)
]

MaxCalls = Annotated[int | None, typer.Option(help="Calls to the model.", min=1, rich_help_panel=_LIMITS)]
MaxTokens = Annotated[int | None, typer.Option(help="Tokens, prompt and answer.", min=1, rich_help_panel=_LIMITS)]
MaxSeconds = Annotated[
    float | None,
    typer.Option("--max-seconds", "--audit-timeout", help="Seconds on the clock.", min=0.001, rich_help_panel=_LIMITS),
]
Timeout = Annotated[
    float | None,
    typer.Option(
        help="Seconds for one call to the model. Default: 60, and 600 for a model of this machine.",
        min=0.001,
        rich_help_panel=_LIMITS,
    ),
]
MaxClaims = Annotated[int | None, typer.Option(help="Claims, from the first on.", min=1, rich_help_panel=_LIMITS)]
ClaimSeconds = Annotated[
    float | None,
    typer.Option(
        help="Deadline for one claim, waiting for the endpoint included; more for a slow model. Default: 300.",
        min=1,
        rich_help_panel=_LIMITS,
    ),
]
