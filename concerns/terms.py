"""The words of the field that a concern is described with: choices, as the rulebook and the pink form name them."""

from django.db.models import TextChoices


class Form(TextChoices):
    """Which of the two forms the reporter filled in (CON-03)."""

    PINK = "pink", "Pink form"
    STANDARD = "standard", "Standard entry"


class Notice(TextChoices):
    """A concern that came in by a short form of its own: it holds more than the two forms ask (CON-19, CON-20)."""

    MISSING = "missing", "Missing or absent child"
    ENCOMPASS = "encompass", "Operation Encompass notice"


class HandOverReason(TextChoices):
    """Why a DSL's work goes to another (ROL-02)."""

    ABSENT = "absent", "Away, or going to be"
    LEAVING = "leaving", "Leaving the school or the role"
    CASELOAD = "caseload", "Too much for one person"
    FITS_BETTER = "fits_better", "Fits better with the other one"
    OTHER = "other", "Another reason, in the notes"


class CameToLight(TextChoices):
    """How it came to light (CON-05)."""

    CHILD_TOLD_ME = "child_told_me", "The child told me"
    SOMEBODY_TOLD_ME = "somebody_told_me", "Another person told me"
    BEHAVIOUR = "behaviour", "The child’s behaviour"
    SAW_INJURY = "saw_injury", "I saw an injury"
    AGENCY = "agency", "An agency notified us"
    OTHER = "other", "Another way"


class Kind(TextChoices):
    """Kinds of concern (CON-15). The staff member may leave the choice to the DSL."""

    NEGLECT = "neglect", "Neglect"
    PHYSICAL = "physical", "Physical abuse"
    SEXUAL = "sexual", "Sexual abuse"
    EMOTIONAL = "emotional", "Emotional abuse"
    CSE = "cse", "Child sexual exploitation"
    CCE = "cce", "Child criminal exploitation and county lines"
    FINANCIAL_EXPLOITATION = "financial_exploitation", "Financial exploitation"
    SERIOUS_VIOLENCE = "serious_violence", "Serious violence and gangs"
    KNIFE_CRIME = "knife_crime", "Knife crime"
    MODERN_SLAVERY = "modern_slavery", "Modern slavery and trafficking"
    RADICALISATION = "radicalisation", "Radicalisation"
    CHILD_ON_CHILD = "child_on_child", "Child-on-child abuse"
    SEXUAL_VIOLENCE = "sexual_violence", "Sexual violence"
    SEXUAL_HARASSMENT = "sexual_harassment", "Sexual harassment"
    HSB = "hsb", "Harmful sexual behaviour"
    NUDES = "nudes", "Nudes and semi-nudes"
    UPSKIRTING = "upskirting", "Upskirting"
    GROOMING = "grooming", "Grooming"
    DOMESTIC_ABUSE_FAMILY = "domestic_abuse_family", "Domestic abuse in the family"
    DOMESTIC_ABUSE_OWN = "domestic_abuse_own", "Domestic abuse in the child’s own relationship"
    MISSING_EDUCATION = "missing_education", "Missing or absent from education"
    HONOUR_BASED = "honour_based", "Honour-based abuse"
    FGM = "fgm", "Female genital mutilation"
    FORCED_MARRIAGE = "forced_marriage", "Forced marriage"
    FAITH_OR_BELIEF = "faith_or_belief", "Abuse linked to faith or belief"
    BULLYING = "bullying", "Bullying, including prejudice-based"
    MENTAL_HEALTH = "mental_health", "Mental health and self-harm"
    YOUNG_CARER = "young_carer", "Young carer"
    PRIVATE_FOSTERING = "private_fostering", "Private fostering"
    HOMELESSNESS = "homelessness", "Homelessness"
    FAMILY_IN_PRISON = "family_in_prison", "Family member in prison"
    COURT = "court", "Involved with the courts"
    SUBSTANCE_MISUSE = "substance_misuse", "Drugs, alcohol or other substances"
    ONLINE = "online", "Online: content, contact, conduct or commerce"
    CYBERCRIME = "cybercrime", "Cybercrime"
    AI_HARM = "ai_harm", "Harm involving artificial intelligence"
    OTHER = "other", "Something else"


class Option(TextChoices):
    """What a DSL may decide (DEC-03); several at once."""

    MONITOR = "monitor", "Monitor"
    SUPPORT_IN_SCHOOL = "support_in_school", "Support in school"
    TALK_WITH_FAMILY = "talk_with_family", "Talk with the family"
    EARLY_HELP = "early_help", "Early help"
    SOCIAL_CARE = "social_care", "Children’s social care (Duty and Advice)"
    POLICE = "police", "Police"
    CHANNEL = "channel", "Channel (Prevent)"
    CYBER_CHOICES = "cyber_choices", "Cyber Choices"
    EDUCATION_WELFARE = "education_welfare", "Education Welfare Service"
    HOUSING = "housing", "Housing authority"
    FORCED_MARRIAGE_UNIT = "forced_marriage_unit", "Forced Marriage Unit"
    HEALTH = "health", "Health or mental health service"
    YOUNG_CARERS = "young_carers", "Young carers’ team"
    PRIVATE_FOSTERING_NOTICE = "private_fostering_notice", "Private fostering: notice to the local authority"
    SEXUAL_VIOLENCE_CASE = "sexual_violence_case", "Treat as sexual violence or harassment between children"
    STAFF_MATTER = "staff_matter", "Hand over to the headteacher as a matter about staff"
    CLOSE = "close", "Close"
    REOPEN = "reopen", "Reopen"


# Recorded by closing and reopening, never ticked on the decision form.
NOT_CHOSEN_BY_HAND = frozenset({Option.CLOSE, Option.REOPEN})


# The options that are a referral to a body outside the school: each opens a referral (DEC-10).
REFERRAL_OPTIONS = (
    Option.EARLY_HELP,
    Option.SOCIAL_CARE,
    Option.POLICE,
    Option.CHANNEL,
    Option.CYBER_CHOICES,
    Option.EDUCATION_WELFARE,
    Option.HOUSING,
    Option.FORCED_MARRIAGE_UNIT,
    Option.HEALTH,
    Option.YOUNG_CARERS,
    Option.PRIVATE_FOSTERING_NOTICE,
)


class HarmSeen(TextChoices):
    """What the DSL finds about harm; it decides whether a referral is proposed (DEC-04)."""

    HARMED = "harmed", "The child has been harmed"
    AT_RISK = "at_risk", "The child is at risk of harm"
    IMMEDIATE_DANGER = "immediate_danger", "The child is in immediate danger"
    NO_SIGN = "no_sign", "No sign of harm or risk of harm"


class ParentsInformed(TextChoices):
    """Whether parents or carers were told (DEC-09)."""

    YES = "yes", "Yes, they have been told"
    NOT_YET = "not_yet", "Not yet: they will be told"
    NO = "no", "No, they are not told"


class ReasonNotToInform(TextChoices):
    """Why parents are not told (DEC-09)."""

    GREATER_RISK = "greater_risk", "Telling them would put the child at greater risk"
    IMPEDE_INVESTIGATION = "impede_investigation", "Telling them could get in the way of an investigation"
    ADVISED_NOT_TO = "advised_not_to", "Social care or the police advised not to"
    OTHER = "other", "Another reason"


class SharingGround(TextChoices):
    """Consent, or the ground for passing information on without it (DEC-09, DEC-12)."""

    CONSENT = "consent", "With consent"
    RISK_IF_ASKED = "risk_if_asked", "Without: asking would put the child at risk"
    CANNOT_BE_GOT = "cannot_be_got", "Without: consent cannot be got in time"
    NOT_REASONABLE = "not_reasonable", "Without: we cannot reasonably be expected to get it"
    LEGAL_DUTY = "legal_duty", "Without: the law requires it"


class ContactMethod(TextChoices):
    TELEPHONE = "telephone", "Telephone"
    ONLINE_FORM = "online_form", "Online form"
    EMAIL = "email", "Secure e-mail"
    IN_PERSON = "in_person", "In person"


class Urgency(TextChoices):
    EMERGENCY = "emergency", "Emergency: now"
    SAME_DAY = "same_day", "Today"
    ROUTINE = "routine", "Not urgent"


class Outcome(TextChoices):
    """How a concern ended (DEC-14)."""

    NO_FURTHER_ACTION = "no_further_action", "No further action needed"
    SUPPORT_IN_PLACE = "support_in_place", "Support is in place in school"
    WITH_EARLY_HELP = "with_early_help", "Early help has taken it on"
    WITH_SOCIAL_CARE = "with_social_care", "Children’s social care has taken it on"
    WITH_POLICE = "with_police", "The police have taken it on"
    WITH_OTHER_AGENCY = "with_other_agency", "Another agency has taken it on"
    CHILD_LEFT = "child_left", "The child left; the file has been passed on"
    STAFF_MATTER = "staff_matter", "Dealt with as a matter about staff"


class PlanKind(TextChoices):
    """Plan status of a child (CPF-01)."""

    EARLY_HELP = "early_help", "Early help"
    CHILD_IN_NEED = "child_in_need", "Child in need"
    CHILD_PROTECTION = "child_protection", "Child protection plan"
    LOOKED_AFTER = "looked_after", "Looked after"


class VulnerabilityKind(TextChoices):
    """What makes a child more vulnerable (CPF-01)."""

    SEND = "send", "Special educational needs"
    EHCP = "ehcp", "Education, health and care plan"
    YOUNG_CARER = "young_carer", "Young carer"
    FAMILY_IN_PRISON = "family_in_prison", "Family member in prison"
    PRIVATE_FOSTERING = "private_fostering", "Private fostering"
    MISSING_EPISODES = "missing_episodes", "Has gone missing"
    EXPLOITATION = "exploitation", "Known risk of exploitation"
    MENTAL_HEALTH = "mental_health", "Mental health"
    DOMESTIC_ABUSE = "domestic_abuse", "Domestic abuse at home"
    SUBSTANCE_MISUSE = "substance_misuse", "Drugs or alcohol"
    ENGLISH_ADDITIONAL = "english_additional", "English is an additional language"
    PREVIOUS_SOCIAL_WORKER = "previous_social_worker", "Had a social worker before"
    OTHER = "other", "Something else"


class LinkKind(TextChoices):
    SIBLING = "sibling", "Brother or sister"
    SAME_HOUSEHOLD = "same_household", "Lives in the same home"
    RELATIVE = "relative", "Other relative"
    FRIEND = "friend", "Friend or peer group"
    PARTNER = "partner", "Boyfriend or girlfriend"
    KEEP_APART = "keep_apart", "To be kept apart"


class MissingHow(TextChoices):
    """In what way a child is missing or absent (CON-19, SP 32)."""

    LEFT_SCHOOL = "left_school", "Went missing during the school day"
    NOT_ARRIVED = "not_arrived", "Did not arrive, and nobody knows why"
    FROM_HOME = "from_home", "Missing from home or from care"
    STAYS_AWAY = "stays_away", "Is absent again and again, or has been for long"
    TAKEN_OFF = "taken_off", "Taken out of school by the family, or moved away"


class SearchStep(TextChoices):
    """What is done to find a child (CON-19)."""

    LOOKED_HERE = "looked_here", "Looked for the child here"
    RANG_HOME = "rang_home", "Telephoned home"
    RANG_CHILD = "rang_child", "Telephoned the child or sent a message"
    HOME_VISIT = "home_visit", "Went to the home"
    ASKED_FRIENDS = "asked_friends", "Asked friends"
    TOLD_POLICE = "told_police", "Told the police"
    TOLD_SOCIAL_WORKER = "told_social_worker", "Told the social worker"
    OTHER = "other", "Something else"


class WelfareTold(TextChoices):
    """Whether the Education Welfare Service was told (CON-19)."""

    YES = "yes", "Yes"
    NOT_YET = "not_yet", "Not yet"
    NOT_NEEDED = "not_needed", "It is not needed so far"


class FoundWhere(TextChoices):
    IN_SCHOOL = "in_school", "Back in school"
    AT_HOME = "at_home", "At home"
    WITH_SOMEBODY = "with_somebody", "With somebody else"
    ELSEWHERE = "elsewhere", "Somewhere else"


class Conversation(TextChoices):
    """The conversation when a child is back: what made them go, where they were, what would help."""

    NOT_OFFERED = "not_offered", "Not offered yet"
    OFFERED = "offered", "Offered, not held yet"
    DONE = "done", "Held"
    REFUSED = "refused", "Offered; the child did not want it"


class NoticeOf(TextChoices):
    """What the police tell the school of by Operation Encompass (CON-20)."""

    DOMESTIC_INCIDENT = "domestic_incident", "A domestic incident"
    MISSING_FROM_HOME = "missing_from_home", "A child missing from home"


class ChildThere(TextChoices):
    """Where the child was when it happened, as far as the police say (CON-20)."""

    PRESENT = "present", "There: saw or heard it"
    IN_THE_HOME = "in_the_home", "In the home, not in the same room"
    SOMEWHERE_ELSE = "somewhere_else", "Not there"
    NOT_KNOWN = "not_known", "Not known"


class MeetingKind(TextChoices):
    """Meetings about one child at which other bodies sit, or which a plan asks for (CPF-01)."""

    STRATEGY = "strategy", "Strategy discussion or meeting"
    INITIAL_CONFERENCE = "initial_conference", "Child protection conference, initial"
    REVIEW_CONFERENCE = "review_conference", "Child protection conference, review"
    CORE_GROUP = "core_group", "Core group"
    CHILD_IN_NEED = "child_in_need", "Child in need meeting"
    EARLY_HELP = "early_help", "Early help: team around the family"
    EDUCATION_PLAN = "education_plan", "Personal education plan meeting"
    LOOKED_AFTER_REVIEW = "looked_after_review", "Looked-after review"
    PROFESSIONALS = "professionals", "Professionals’ meeting"


# The plan under which a meeting is held; the others belong to none.
PLAN_OF_MEETING = {
    MeetingKind.INITIAL_CONFERENCE: PlanKind.CHILD_PROTECTION,
    MeetingKind.REVIEW_CONFERENCE: PlanKind.CHILD_PROTECTION,
    MeetingKind.CORE_GROUP: PlanKind.CHILD_PROTECTION,
    MeetingKind.CHILD_IN_NEED: PlanKind.CHILD_IN_NEED,
    MeetingKind.EARLY_HELP: PlanKind.EARLY_HELP,
    MeetingKind.EDUCATION_PLAN: PlanKind.LOOKED_AFTER,
    MeetingKind.LOOKED_AFTER_REVIEW: PlanKind.LOOKED_AFTER,
}


class Agency(TextChoices):
    """On whose side somebody sat at a meeting."""

    SCHOOL = "school", "Our school"
    SOCIAL_CARE = "social_care", "Children’s social care"
    POLICE = "police", "Police"
    HEALTH = "health", "Health"
    OTHER_SCHOOL = "other_school", "Another school"
    FAMILY = "family", "Child or family"
    OTHER = "other", "Somebody else"


class ReportSent(TextChoices):
    """Whether the school sent a report before a meeting."""

    SENT = "sent", "Yes, it was sent"
    NOT_ASKED = "not_asked", "None was asked for"
    NOT_SENT = "not_sent", "No"


class ChildrenList(TextChoices):
    """The lists of children that the safeguarding team keeps and reviews (CPF-02)."""

    SOCIAL_WORKER_NOW = "social-worker", "Has a social worker"
    SOCIAL_WORKER_EVER = "social-worker-ever", "Has or had a social worker"
    LOOKED_AFTER = "looked-after", "Looked after"
    PREVIOUSLY_LOOKED_AFTER = "previously-looked-after", "Previously looked after"
    CHILD_PROTECTION = "child-protection", "On a child protection plan"
    CHILD_IN_NEED = "child-in-need", "Child in need"
    EARLY_HELP = "early-help", "Early help"
    YOUNG_CARERS = "young-carers", "Young carers"
    PRIVATE_FOSTERING = "private-fostering", "Privately fostered"
    SEND = "send", "Special educational needs, and EHC plans"
    FAMILY_IN_PRISON = "family-in-prison", "Family member in prison"
    GONE_MISSING = "gone-missing", "Have gone missing"


class ContextKind(TextChoices):
    """A context outside the home that concerns may share (CON-16)."""

    PLACE = "place", "A place"
    GROUP = "group", "A group of peers"
    ONLINE = "online", "An online space"
    ROUTE = "route", "A route or a way of travelling"
    OTHER = "other", "Something else"


class NoteAbout(TextChoices):
    """What a note on a context is about (CON-16)."""

    HAPPENING = "happening", "What is happening here"
    DONE = "done", "What we did about it"
