"""What the software proposes to a DSL, with the reason in one sentence. The DSL decides; a deviation needs a reason.

Pure: no database, no clock. Source: DEC-04 (SP 3), DEC-05 to DEC-08.
"""

from dataclasses import dataclass

from concerns.terms import HarmSeen, Kind, Option


@dataclass(frozen=True)
class Proposal:
    """One option that is preselected, and why. `reason_needed`: leaving it out is recorded with a reason."""

    option: Option
    because: str
    reason_needed: bool = False


_CRIME_LIKELY = frozenset(
    {
        Kind.SEXUAL,
        Kind.PHYSICAL,
        Kind.CSE,
        Kind.CCE,
        Kind.KNIFE_CRIME,
        Kind.SERIOUS_VIOLENCE,
        Kind.MODERN_SLAVERY,
        Kind.SEXUAL_VIOLENCE,
        Kind.UPSKIRTING,
        Kind.GROOMING,
        Kind.FGM,
        Kind.FORCED_MARRIAGE,
        Kind.HONOUR_BASED,
        Kind.NUDES,
        Kind.DOMESTIC_ABUSE_FAMILY,
        Kind.DOMESTIC_ABUSE_OWN,
    }
)

_BY_KIND = {
    Kind.RADICALISATION: (Option.CHANNEL, "A concern about radicalisation may be referred to Channel."),
    Kind.CYBERCRIME: (Option.CYBER_CHOICES, "Cyber Choices helps children who are drawn into cybercrime."),
    Kind.MISSING_EDUCATION: (Option.EDUCATION_WELFARE, "The Education Welfare Service is told of a missing child."),
    Kind.HOMELESSNESS: (Option.HOUSING, "The housing authority has a duty to help early."),
    Kind.FORCED_MARRIAGE: (Option.FORCED_MARRIAGE_UNIT, "The Forced Marriage Unit advises and can protect."),
    Kind.YOUNG_CARER: (Option.YOUNG_CARERS, "The young carers’ team can assess what the child needs."),
    Kind.PRIVATE_FOSTERING: (
        Option.PRIVATE_FOSTERING_NOTICE,
        "The local authority must be told of private fostering.",
    ),
    Kind.MENTAL_HEALTH: (Option.HEALTH, "A health or mental health service may need to know."),
    Kind.SEXUAL_VIOLENCE: (Option.SEXUAL_VIOLENCE_CASE, "Sexual violence between children is handled as a case."),
    Kind.SEXUAL_HARASSMENT: (Option.SEXUAL_VIOLENCE_CASE, "Sexual harassment between children is handled as a case."),
}

_HARM = frozenset({HarmSeen.HARMED, HarmSeen.AT_RISK, HarmSeen.IMMEDIATE_DANGER})


@dataclass(frozen=True)
class Rule:
    """What is proposed when the finding is one of `findings` and a kind one of `kinds`; empty: whatever it is."""

    proposal: Proposal
    findings: frozenset[HarmSeen] = frozenset()
    kinds: frozenset[Kind] = frozenset()

    def fits(self, harm_seen: str, kinds: set[str]) -> bool:
        return (not self.findings or harm_seen in self.findings) and (not self.kinds or bool(self.kinds & kinds))


_TOLD_OF_NUDES = "Nudes: the police and social care are told, or a reason is recorded."

# As data, because the page's script applies the same rules while kinds are ticked (static/js/deciding.js). Of two rules
# with the same option the first that fits counts.
RULES: tuple[Rule, ...] = (
    *(
        Rule(
            Proposal(Option.SOCIAL_CARE, f"Proposed because {words}.", reason_needed=True), findings=frozenset({harm})
        )
        for harm, words in (
            (HarmSeen.HARMED, "the child has been harmed"),
            (HarmSeen.AT_RISK, "the child is at risk of harm"),
            (HarmSeen.IMMEDIATE_DANGER, "the child is in immediate danger"),
        )
    ),
    Rule(
        Proposal(Option.POLICE, "Proposed because the child is in immediate danger.", reason_needed=True),
        findings=frozenset({HarmSeen.IMMEDIATE_DANGER}),
    ),
    Rule(
        Proposal(Option.POLICE, "Proposed because a crime may be involved.", reason_needed=True),
        findings=_HARM,
        kinds=_CRIME_LIKELY,
    ),
    Rule(Proposal(Option.SOCIAL_CARE, _TOLD_OF_NUDES, reason_needed=True), kinds=frozenset({Kind.NUDES})),  # DEC-07
    Rule(Proposal(Option.POLICE, _TOLD_OF_NUDES, reason_needed=True), kinds=frozenset({Kind.NUDES})),
    *(Rule(Proposal(option, because), kinds=frozenset({kind})) for kind, (option, because) in _BY_KIND.items()),
)


def propose(harm_seen: str, kinds) -> list[Proposal]:
    """Options to preselect for what the DSL found, each once. Empty when nothing follows from it."""
    kinds = set(kinds)
    proposals: dict[Option, Proposal] = {}
    for rule in RULES:
        if rule.fits(harm_seen, kinds):
            proposals.setdefault(rule.proposal.option, rule.proposal)
    return list(proposals.values())


def needs_reason(harm_seen: str, kinds, options) -> list[Proposal]:
    """The proposals that were not followed and need a reason for it (DEC-04)."""
    chosen = set(options)
    return [p for p in propose(harm_seen, kinds) if p.reason_needed and p.option not in chosen]
