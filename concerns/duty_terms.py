"""The words of the special duties: what a kind of concern asks for beyond a decision (CON-13, CON-15, DEC-05, DEC-08)."""

from django.db.models import TextChoices


class Particular(TextChoices):
    """More exactly what it is, where a kind asks for it (CON-15): what a prejudice is about, which side of being online."""

    AGE = "age", "Age"
    BODY = "body", "Looks, weight or clothes"
    DISABILITY = "disability", "Disability or special educational needs"
    GENDER_REASSIGNMENT = "gender_reassignment", "Gender reassignment, or how they see their gender"
    FAMILY = "family", "Family: in care, a carer, poor, somebody in prison"
    PREGNANCY = "pregnancy", "Pregnancy or having a child"
    RACE = "race", "Race, colour, nationality or language"
    TRAVELLER = "traveller", "Being Gypsy, Roma or Traveller"
    RELIGION = "religion", "Religion or belief, or having none"
    SEX = "sex", "Being a girl or a boy"
    SEXUAL_ORIENTATION = "sexual_orientation", "Whom they love"
    NO_PREJUDICE = "no_prejudice", "None of these"
    ONLINE_CONTENT = "online_content", "Content: what they saw or read"
    ONLINE_CONTACT = "online_contact", "Contact: who got in touch with them"
    ONLINE_CONDUCT = "online_conduct", "Conduct: what they or others did or sent"
    ONLINE_COMMERCE = "online_commerce", "Commerce: money, bets, scams, adverts"


ONLINE = tuple(each for each in Particular if each.value.startswith("online_"))
PREJUDICES = tuple(each for each in Particular if each not in ONLINE)


class SpecialDuty(TextChoices):
    """Which special records a concern has: so that its page reads none that is not there."""

    FGM_REPORT = "fgm_report", "FGM: the teacher’s own report to the police"
    PRIVATE_FOSTERING = "private_fostering", "Private fostering"
    STAFF_HARM = "staff_harm", "A member of staff was hurt or shaken"


class HowReported(TextChoices):
    """How the teacher told the police (DEC-05)."""

    BY_101 = "by_101", "Telephone 101"
    BY_999 = "by_999", "Telephone 999"
    ONLINE = "online", "The police’s own website"
    IN_PERSON = "in_person", "In person"


class WhyNoReport(TextChoices):
    """Why the teacher's own duty does not apply (DEC-05). What is only suspected goes the usual way."""

    SUSPECTED = "suspected", "Suspected or feared, not told by the girl and not seen"
    NOT_A_TEACHER = "not_a_teacher", "The person who noticed it is not a teacher"
    REPORTED_ALREADY = "reported_already", "Another teacher has reported this already"
    NOT_FGM = "not_fgm", "It turned out not to be FGM"
    NOT_UNDER_18 = "not_under_18", "She was not under 18, or is not a girl"
    OTHER = "other", "Another reason"


class Known(TextChoices):
    """An answer that may not be known yet."""

    YES = "yes", "Yes"
    NO = "no", "No"
    NOT_KNOWN = "not_known", "Not known yet"
