"""The words an injury is described with: the field's own, in plain English."""

from django.db.models import TextChoices


class InjuryKind(TextChoices):
    BRUISE = "bruise", "Bruise"
    CUT = "cut", "Cut"
    SCRATCH = "scratch", "Scratch or graze"
    BURN = "burn", "Burn or scald"
    BITE = "bite", "Bite"
    SWELLING = "swelling", "Swelling"
    REDNESS = "redness", "Redness"
    OLD_SCAR = "old_scar", "Old scar"
    OTHER = "other", "Something else"


class AboutAs(TextChoices):
    """What everybody can compare with, for those who have no ruler and must not come close."""

    PINHEAD = "pinhead", "a pinhead"
    PEA = "pea", "a pea"
    COIN_5P = "coin_5p", "a 5p coin"
    COIN_2P = "coin_2p", "a 2p coin"
    THUMB = "thumb", "an adult’s thumb"
    EGG = "egg", "an egg"
    FINGERS = "fingers", "several fingers side by side"
    HAND = "hand", "a hand"
    LARGER = "larger", "something larger than a hand"


class Spot(TextChoices):
    """Where within a region. Which of them a region has is part of the drawing; each has the middle."""

    MIDDLE = "middle", "In the middle"
    UPPER = "upper", "Upper part"
    LOWER = "lower", "Lower part"
    LEFT = "left", "Towards the child’s left"
    RIGHT = "right", "Towards the child’s right"
    FRONT = "front", "Towards the front"
    BACK = "back", "Towards the back"
    TIP = "tip", "Towards the fingertips or toes"
    BASE = "base", "Towards the wrist or heel"
    THUMB = "thumb", "Towards the thumb or big toe"
    LITTLE = "little", "Towards the little finger or little toe"
