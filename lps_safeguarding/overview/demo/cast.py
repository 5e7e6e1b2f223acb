"""Who works, helps and learns at the demonstration's school. All of them are invented; telephones are Ofcom's own
numbers for fiction (01632 496xxx, 0116 496 0xxx)."""

import datetime
from dataclasses import dataclass

from lps_safeguarding.people.models import Engagement, Role, Sex


@dataclass(frozen=True)
class DemoPerson:
    """An adult with an account. `roles` are pairs of a role and the slug of a service (for service DSLs only)."""

    slug: str
    title: str
    first_name: str
    last_name: str
    job_title: str
    roles: tuple[tuple[Role, str | None], ...]
    engagement: Engagement = Engagement.EMPLOYEE
    room: str = ""
    telephone: str = ""

    @property
    def email(self) -> str:
        return f"{self.slug}@demo.example"


@dataclass(frozen=True)
class DemoService:
    slug: str
    name: str
    room: str
    telephone: str


@dataclass(frozen=True)
class DemoChild:
    slug: str
    first_name: str
    last_name: str
    born: tuple[int, int]  # month and day; the year follows from the year group (`date_of_birth`)
    year_group: int
    service: str
    sex: Sex
    known_as: str = ""

    def date_of_birth(self, school_year: int) -> datetime.date:
        """Fits the year group in the school year that starts in September of `school_year`."""
        month, day = self.born
        return datetime.date(school_year - self.year_group - (5 if month >= 9 else 4), month, day)


SERVICES = (
    DemoService("ks3", "KS3", "Room 12", "0116 496 0112"),
    DemoService("ks4", "KS4", "Room 27", "0116 496 0127"),
    DemoService("apst", "APST", "The Lodge office", "0116 496 0140"),
)

PEOPLE = (
    DemoPerson(
        "g.adeyemi",
        "Mrs",
        "Grace",
        "Adeyemi",
        "Assistant headteacher, lead DSL",
        ((Role.STAFF, None), (Role.LEAD_DSL, None)),
        room="Room 3",
        telephone="0116 496 0103",
    ),
    DemoPerson(
        "d.whitmore",
        "Mr",
        "Daniel",
        "Whitmore",
        "Pastoral lead, KS3",
        ((Role.STAFF, None), (Role.SERVICE_DSL, "ks3")),
        room="Room 12",
        telephone="0116 496 0112",
    ),
    DemoPerson(
        "a.rahmani",
        "Ms",
        "Amina",
        "Rahmani",
        "Pastoral lead, KS4",
        ((Role.STAFF, None), (Role.SERVICE_DSL, "ks4")),
        room="Room 27",
        telephone="0116 496 0127",
    ),
    DemoPerson(
        "s.kearney",
        "Mrs",
        "Siobhan",
        "Kearney",
        "Outreach manager, APST",
        ((Role.STAFF, None), (Role.SERVICE_DSL, "apst")),
        room="The Lodge office",
        telephone="0116 496 0140",
    ),
    DemoPerson(
        "h.marsden",
        "Dr",
        "Helen",
        "Marsden",
        "Headteacher",
        ((Role.STAFF, None), (Role.HEADTEACHER, None)),
        room="Room 1",
        telephone="0116 496 0101",
    ),
    DemoPerson(
        "k.boateng",
        "Mr",
        "Kwame",
        "Boateng",
        "Deputy headteacher",
        ((Role.STAFF, None), (Role.ACTING_SENIOR_TEACHER, None)),
        room="Room 2",
        telephone="0116 496 0102",
    ),
    DemoPerson("p.nair", "Ms", "Priya", "Nair", "Teacher of English", ((Role.STAFF, None),)),
    DemoPerson("t.zielinski", "Mr", "Tomasz", "Zielinski", "Teaching assistant", ((Role.STAFF, None),)),
    DemoPerson("i.nwosu", "Miss", "Ifeoma", "Nwosu", "Supply teacher", ((Role.STAFF, None),), Engagement.SUPPLY),
    DemoPerson(
        "r.castellano",
        "Mrs",
        "Ruth",
        "Castellano",
        "Chair of the management committee",
        ((Role.CHAIR, None), (Role.COMMITTEE_MEMBER, None)),
        Engagement.COMMITTEE_MEMBER,
    ),
    DemoPerson(
        "g.pell",
        "Mr",
        "Graham",
        "Pell",
        "Vice chair of the management committee",
        ((Role.VICE_CHAIR, None), (Role.COMMITTEE_MEMBER, None)),
        Engagement.COMMITTEE_MEMBER,
    ),
    DemoPerson(
        "y.begum",
        "Mrs",
        "Yasmin",
        "Begum",
        "Member of the management committee",
        ((Role.COMMITTEE_MEMBER, None),),
        Engagement.COMMITTEE_MEMBER,
    ),
    DemoPerson(
        "o.griffiths",
        "Mr",
        "Owen",
        "Griffiths",
        "Lead committee member for safeguarding",
        ((Role.COMMITTEE_MEMBER, None), (Role.LEAD_COMMITTEE_MEMBER, None)),
        Engagement.COMMITTEE_MEMBER,
    ),
    DemoPerson(
        "j.holroyd",
        "Mrs",
        "Janet",
        "Holroyd",
        "School business manager",
        ((Role.STAFF, None), (Role.BUSINESS_MANAGER, None)),
    ),
    DemoPerson(
        "m.chen",
        "Ms",
        "Mei",
        "Chen",
        "Attendance officer",
        ((Role.STAFF, None), (Role.ATTENDANCE_OFFICER, None), (Role.ENCOMPASS_KEY_ADULT, None)),
    ),
    DemoPerson("c.reid", "Mr", "Callum", "Reid", "Network manager", ((Role.STAFF, None), (Role.ADMINISTRATOR, None))),
    DemoPerson(
        "m.dunne", "Mrs", "Margaret", "Dunne", "Visiting inspector", ((Role.INSPECTOR, None),), Engagement.INSPECTOR
    ),
)

F, M = Sex.FEMALE, Sex.MALE

CHILDREN = (
    DemoChild("aaliyah", "Aaliyah", "Osei", (11, 3), 7, "ks3", F),
    DemoChild("ben", "Benjamin", "Tarrant", (6, 19), 7, "ks3", M, "Ben"),
    DemoChild("callie", "Callie", "Marlowe", (1, 28), 7, "ks3", F),
    DemoChild("dawid", "Dawid", "Nowakowski", (9, 30), 7, "ks3", M),
    DemoChild("ebony", "Ebony", "Clarke-James", (3, 12), 7, "ks3", F),
    DemoChild("faisal", "Faisal", "Siddiq", (5, 8), 8, "ks3", M),
    DemoChild("georgia", "Georgia", "Wainfleet", (10, 21), 8, "ks3", F),
    DemoChild("harvinder", "Harvinder", "Gill", (2, 14), 8, "ks3", M, "Harvi"),
    DemoChild("isla", "Isla", "Pemberton", (8, 2), 8, "ks3", F),
    DemoChild("jaydon", "Jaydon", "Pryce", (12, 9), 8, "ks3", M),
    DemoChild("kezia", "Kezia", "Mutasa", (4, 25), 9, "ks3", F),
    DemoChild("liam", "Liam", "Ashdown", (7, 17), 9, "ks3", M),
    DemoChild("maryam", "Maryam", "Farouk", (1, 5), 9, "ks3", F),
    DemoChild("nathan", "Nathan", "Tarrant", (9, 11), 9, "ks3", M),
    DemoChild("oliwia", "Oliwia", "Krol", (11, 27), 9, "ks3", F),
    DemoChild("percy", "Percival", "Lowe", (6, 6), 9, "ks3", M, "Percy"),
    DemoChild("quincy", "Quincy", "Bailey-Reeve", (3, 3), 10, "ks4", M),
    DemoChild("rosa", "Rosa", "Delgado", (5, 29), 10, "ks4", F),
    DemoChild("samuel", "Samuel", "Okoro", (10, 13), 10, "ks4", M),
    DemoChild("tia", "Tia", "Marlowe", (2, 22), 10, "ks4", F),
    DemoChild("umar", "Umar", "Siddiq", (8, 16), 10, "ks4", M),
    DemoChild("violet", "Violet", "Stanhope", (12, 31), 10, "ks4", F),
    DemoChild("wesley", "Wesley", "Grange", (7, 7), 10, "ks4", M),
    DemoChild("xanthe", "Xanthe", "Papadaki", (4, 18), 10, "ks4", F),
    DemoChild("yusuf", "Yusuf", "Haddad", (1, 20), 11, "ks4", M),
    DemoChild("zara", "Zara", "Mistry", (6, 24), 11, "ks4", F),
    DemoChild("alfie", "Alfred", "Brindley", (9, 2), 11, "ks4", M, "Alfie"),
    DemoChild("bronwen", "Bronwen", "Tudor", (11, 15), 11, "ks4", F),
    DemoChild("chidi", "Chidi", "Eze", (2, 9), 11, "ks4", M),
    DemoChild("demi", "Demi", "Fairbrother", (5, 1), 11, "ks4", F),
    DemoChild("ethan", "Ethan", "Rowntree", (8, 28), 11, "ks4", M),
    DemoChild("freya", "Freya", "Lindqvist", (3, 30), 11, "ks4", F),
    DemoChild("gabriel", "Gabriel", "Costa", (1, 17), 8, "apst", M),
    DemoChild("hana", "Hana", "Suleiman", (10, 4), 9, "apst", F),
    DemoChild("ivan", "Ivan", "Petkov", (12, 20), 9, "apst", M),
    DemoChild("jessica", "Jessica", "Holloway", (9, 26), 10, "apst", F, "Jess"),
    DemoChild("kian", "Kian", "Doherty", (6, 10), 10, "apst", M),
    DemoChild("leila", "Leila", "Haddad", (7, 23), 8, "apst", F),
    DemoChild("mason", "Mason", "Quigley", (4, 12), 11, "apst", M),
    DemoChild("nadia", "Nadia", "Kowalczyk", (10, 8), 11, "apst", F),
    DemoChild("otis", "Otis", "Fenwick", (2, 2), 7, "apst", M),
    DemoChild("phoebe", "Phoebe", "Sandhurst", (8, 14), 7, "apst", F),
)
