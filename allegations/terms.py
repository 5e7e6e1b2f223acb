"""The words for a concern about an adult: whom it is about, and where it goes."""

from django.db.models import TextChoices


class About(TextChoices):
    """The two intakes (CON-02). "Not sure" leads to one of them, or to a concern about a child."""

    ADULT = "adult", "An adult who works or helps here"
    HEADTEACHER = "headteacher", "The headteacher"


class Route(TextChoices):
    """Who receives it (ALG-01, ALG-02, ROL-06)."""

    HEADTEACHER = "headteacher", "The headteacher"
    CHAIR = "chair", "The chair of the management committee"
    VICE_CHAIR = "vice_chair", "The vice chair of the management committee"
