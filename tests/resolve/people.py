"""Simulated people, some of whom are customers twice, written differently each time."""

from __future__ import annotations

import random
from collections.abc import Callable

from giljabi.resolve.people import Person

FAMILY = "김이박최정강조윤장임한오서신권황안송류전홍고문양손배백허유남심노하곽성차주우구민진지엄"
GIVEN = "민서지현준우예하은도윤수아진유주연영성정호태경재원승희혜나선미다인채빈건규찬상용철"
FIRST = """
James Mary Robert Patricia John Jennifer Michael Linda David Elizabeth William Barbara
Richard Susan Joseph Jessica Thomas Karen Charles Sarah Christopher Lisa Daniel Nancy
Matthew Betty Anthony Sandra Mark Ashley
""".split()  # noqa: SIM905
LAST = """
Smith Johnson Williams Brown Jones Garcia Miller Davis Rodriguez Martinez Hernandez Lopez
Gonzalez Wilson Anderson Thomas Taylor Moore Jackson Martin Lee Perez Thompson White
Harris Sanchez Clark Ramirez Lewis
""".split()  # noqa: SIM905
DISTRICTS = [
    (province, f"{name}구")
    for province, names in {
        "서울": "강남 서초 송파 마포 용산 성동 광진 동작 관악 영등포 구로 양천 강서 은평 노원",
        "부산": "해운대 수영 남 부산진 동래 사하",
        "대구": "수성 달서 중 북",
        "인천": "연수 부평 남동 계양",
    }.items()
    for name in names.split()
]
LONG = {"서울": "서울특별시", "부산": "부산광역시", "대구": "대구광역시", "인천": "인천시"}
ROADS = [
    f"{word}{kind}"
    for word in ["중앙", "한강", "시청", "공원", "학교", "은행", "벚꽃", "소나무", "바다", "언덕"]
    for kind in ("로", "대로", "길")
]
STREETS = """
Main Oak Maple Cedar Elm Washington Lake Hill Park Pine River Sunset
""".split()  # noqa: SIM905
CITIES = ["Springfield", "Riverton", "Fairview", "Salem", "Georgetown", "Clinton", "Franklin", "Dover"]
MAILS = ["naver.com", "gmail.com", "daum.net", "kakao.com", "outlook.com"]


def simulated_people(
    number: int, seed: int, doubled: float = 0.08
) -> tuple[list[Person], set[tuple[str, str]]]:
    """Make customers, a share of whom are there twice; give them and the pairs that are one person."""
    dice = random.Random(seed)
    people: list[Person] = []
    pairs: set[tuple[str, str]] = set()
    originals = round(number / (1 + doubled))
    for n in range(originals):
        person = _korean(dice, n) if dice.random() < 0.75 else _english(dice, n)
        if people and dice.random() < 0.05:
            # Somebody of the same household: same address, another name and phone.
            person = Person(person.id, person.name, person.email, person.phone, people[-1].address)
        people.append(_known_in_part(dice, person))
    for n, person in enumerate(dice.sample(people, number - originals)):
        again = _again(dice, person, f"d{n:07}")
        people.append(again)
        pairs.add((min(person.id, again.id), max(person.id, again.id)))
    dice.shuffle(people)
    return people, pairs


def _known_in_part(dice: random.Random, person: Person) -> Person:
    """Leave out what was never asked."""
    email = person.email if dice.random() < 0.75 else None
    phone = person.phone if dice.random() < 0.85 or email is None else None
    address = person.address if dice.random() < 0.7 else None
    return Person(person.id, person.name, email, phone, address)


def _korean(dice: random.Random, n: int) -> Person:
    family = dice.choices(FAMILY, [1 / (rank + 1) for rank in range(len(FAMILY))])[0]
    name = family + "".join(dice.choices(GIVEN, [1 / (rank + 3) for rank in range(len(GIVEN))], k=2))
    return Person(f"c{n:07}", name, _mail(dice, n), _phone(dice), _korean_address(dice))


def _english(dice: random.Random, n: int) -> Person:
    name = f"{dice.choice(FIRST)} {dice.choice(LAST)}"
    return Person(f"c{n:07}", name, _mail(dice, n), _phone(dice), _english_address(dice))


def _mail(dice: random.Random, n: int) -> str:
    letters = "".join(dice.choices("abcdefghijklmnopqrstuvwxyz", k=dice.randint(4, 8)))
    return f"{letters}{n % 997 if dice.random() < 0.8 else ''}@{dice.choice(MAILS)}"


def _phone(dice: random.Random) -> str:
    return f"010-{dice.randint(2000, 9999)}-{dice.randint(0, 9999):04}"


def _korean_address(dice: random.Random) -> str:
    province, district = dice.choice(DISTRICTS)
    home = (
        f", {dice.randint(101, 130)}동 {dice.randint(1, 25)}0{dice.randint(1, 6)}호"
        if dice.random() < 0.8
        else ""
    )
    return f"{LONG[province]} {district} {dice.choice(ROADS)} {dice.randint(1, 400)}{home}"


def _english_address(dice: random.Random) -> str:
    home = f", Apartment {dice.randint(1, 40)}" if dice.random() < 0.4 else ""
    return f"{dice.randint(1, 2000)} {dice.choice(STREETS)} Street{home}, {dice.choice(CITIES)}"


def _again(dice: random.Random, person: Person, id: str) -> Person:  # noqa: A002
    """Write a person down once more, as another counter, form or year would."""
    changes: list[Callable[[Person], Person]] = [
        lambda one: Person(one.id, _slip(dice, one.name or ""), one.email, one.phone, one.address),
        lambda one: Person(one.id, one.name, one.email, _phone(dice), one.address),
        lambda one: Person(one.id, one.name, _mail(dice, 5), one.phone, one.address),
        lambda one: Person(one.id, one.name, one.email, one.phone, _moved(dice, one)),
        lambda one: Person(one.id, one.name, one.email, None, one.address),
        lambda one: Person(one.id, one.name, None, one.phone, one.address),
        lambda one: Person(one.id, one.name, one.email, one.phone, None),
    ]
    told = Person(id, person.name, person.email, person.phone, person.address)
    for change in dice.sample(changes, dice.choice((0, 1, 1, 2, 2, 3))):
        told = change(told)
    return Person(
        id,
        _other_name(dice, told.name),
        told.email,
        _other_phone(dice, told.phone),
        _other_address(told.address),
    )


def _moved(dice: random.Random, person: Person) -> str:
    korean = any("가" <= letter <= "힣" for letter in person.address or "")
    return _korean_address(dice) if korean else _english_address(dice)


def _slip(dice: random.Random, name: str) -> str:
    place = dice.randrange(len(name))
    if "가" <= name[place] <= "힣":
        # Another vowel or final consonant in one syllable.
        syllable = ord(name[place]) - 0xAC00
        final = dice.choice([0, 4, 8, 16, 21])
        return name[:place] + chr(0xAC00 + syllable - syllable % 28 + final) + name[place + 1 :]
    return name[:place] + dice.choice("aeiou") + name[place + 1 :]


def _other_name(dice: random.Random, name: str | None) -> str | None:
    if name is None or dice.random() < 0.5:
        return name
    if " " in name:
        first, last = name.split(" ", 1)
        return dice.choice((f"{last}, {first}", f"{first.upper()} {last.upper()}", f"Ms. {name}"))
    return dice.choice((f"{name[0]} {name[1:]}", f"{name[1:]} {name[0]}", f"{name}님"))


def _other_phone(dice: random.Random, phone: str | None) -> str | None:
    if phone is None:
        return None
    return dice.choice((phone.replace("-", ""), f"+82 {phone[1:]}", phone.replace("-", " "), phone))


def _other_address(address: str | None) -> str | None:
    if address is None:
        return None
    for short, long in LONG.items():
        address = address.replace(long, short)
    return address.replace("Street", "St.").replace("Apartment", "Apt").replace("동 ", "동")
