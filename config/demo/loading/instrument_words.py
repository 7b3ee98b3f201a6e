"""The instruments of the demonstration district, in words of its own. Pure.

Levels are those of its scale: starting, building, showing, going deeper.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class CriterionWords:
    """A criterion: the code it is about, its name, what to look for, four levels from the lowest on."""

    code: str
    name: str
    look_for: str
    levels: tuple[str, str, str, str]


@dataclass(frozen=True, slots=True)
class FormWords:
    """A form of the task; `helps` are (whom it helps first, what helps)."""

    title: str
    language: str
    instructions: str
    helps: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class AnchorWords:
    """A piece of work without a name, with a level and a reason for each criterion in order."""

    title: str
    text: str
    levels: tuple[tuple[int, str], ...]


@dataclass(frozen=True, slots=True)
class InstrumentWords:
    """An instrument: `place` is "here", "elsewhere" or "district"; `aligned` are (code, depth)."""

    key: str
    kind: str
    place: str
    title: str
    purpose: str
    validity: str
    source: str
    context: str
    aligned: tuple[tuple[str, str], ...]
    criteria: tuple[CriterionWords, ...] = ()
    items: tuple[tuple[str, str, int, str], ...] = ()
    forms: tuple[FormWords, ...] = ()
    anchors: tuple[AnchorWords, ...] = ()
    is_group: bool = False
    ago: int = 60
    said: tuple[tuple[str, str, str, str], ...] = field(default=())  # speaker, kind, text, answer


EXPLAIN = (
    CriterionWords(
        "SD.8",
        "The reason is there",
        "A because, a drawing or an example that carries the answer.",
        (
            "Says the answer and points at what was used.",
            "Gives a reason that fits part of the answer.",
            "Gives a reason that carries the whole answer.",
            "Gives a reason and tells when it would not hold.",
        ),
    ),
    CriterionWords(
        "SD.8",
        "Somebody else can follow",
        "Order, words that everyone here knows, labels on drawings.",
        (
            "The steps are there and need someone to ask about them.",
            "Most steps follow each other; one has to be guessed.",
            "Each step follows from the one before.",
            "The way is laid out so that a younger student could walk it.",
        ),
    ),
)
GARDEN = (
    CriterionWords(
        "GM.1",
        "Area and edge",
        "Both are worked out for the bed that was drawn, and told apart.",
        (
            "Counts squares of the bed, with grid paper.",
            "Finds area or edge of the bed, and says which it is.",
            "Finds both for the bed and tells them apart.",
            "Changes the bed so that one stays and the other grows, and says why.",
        ),
    ),
    CriterionWords(
        "NU.2",
        "A guess before counting",
        "The guess is written down first and looked at again in the end.",
        (
            "Makes a guess with someone beside.",
            "Makes a guess and says what it was made from.",
            "Makes a guess that fits, and compares it in the end.",
            "Tells how close a guess has to be for this garden, and why.",
        ),
    ),
    CriterionWords(
        "SD.2",
        "The plan",
        "Who does what, in which order, with what.",
        (
            "Names one thing to do first.",
            "Names several steps; some wait for each other without a note.",
            "Puts the steps in an order that works, with what each needs.",
            "Plans for what might go differently, such as rain on planting day.",
        ),
    ),
    CriterionWords(
        "SD.8",
        "Telling the garden group",
        "What was chosen and why, so that others could plant it.",
        (
            "Shows the drawing and names its parts.",
            "Tells what was chosen; the reason fits part of it.",
            "Tells what was chosen and why, in an order others can follow.",
            "Answers a question that nobody expected, with the drawing in hand.",
        ),
    ),
)
INSTRUMENTS = (
    InstrumentWords(
        "which-is-more", "check", "here", "Which fraction is more?",
        "A short look before we add fractions: who compares by thinking of size, who needs paper strips once more?",
        "Says something about comparing two fractions this week. It says nothing about adding them, nor about haste.",
        "Made by the mathematics team of the school",
        "quiz", (("FR.3", "know"), ("FR.4", "use")),
        items=(
            ("1", "FR.3", 1, "Shade one half of a strip of eight. How many eighths is that?"),
            ("2", "FR.3", 1, "Write another name for three quarters, and draw why it is the same."),
            ("3", "FR.4", 1, "Which is more, 2/3 or 2/5? Say how you know."),
            ("4", "FR.4", 1, "Which is nearer to one whole, 5/6 or 7/8?"),
            ("5", "FR.4", 2, "Ana drank 3/8 of her bottle, Ben 1/2 of his. Can Ana have drunk more water? How?"),
        ),
        forms=(
            FormWords(
                "On paper", "en", "Take your time. Drawings count as answers.",
                (("everyone", "Paper strips on every table."), ("disability", "Large print, one question a page.")),
            ),
            FormWords(
                "En español", "es", "Toma el tiempo que quieras. Los dibujos también son respuestas.",
                (("language", "Lista de palabras con dibujos: mitad, tercio, entero."),),
            ),
        ),
        ago=70,
    ),
    InstrumentWords(
        "garden-bed", "performance_task", "here", "Plan a bed for the school garden",
        "Students plan a real bed: its size, its edge, who does what. We look at mathematics and at planning together.",
        "May be read as what a student does in one real task with others. One task says little about every task.",
        "Made with the garden group; first used last spring",
        "performance_task", (("GM.1", "transfer"), ("NU.2", "use"), ("SD.2", "use"), ("SD.8", "use")),
        criteria=GARDEN,
        forms=(
            FormWords(
                "Drawn on grid paper", "en",
                "Our garden has 24 meters of wooden edge. Plan a bed: draw it, guess its area first, then work it out."
                " Tell the garden group what you chose and why.",
                (
                    ("everyone", "String and pegs to lay the bed out in the yard."),
                    ("everyone", "Telling instead of writing, recorded with a tablet."),
                    ("language", "Word cards with pictures: edge, area, meter, bed."),
                    ("disability", "Grid paper with raised lines, or tiles on a tray."),
                ),
            ),
            FormWords(
                "En español", "es",
                "Nuestro huerto tiene 24 metros de borde de madera. Planea una cama: dibújala, estima primero su área y"
                " luego calcúlala. Cuéntale al grupo del huerto qué elegiste y por qué.",
                (
                    ("everyone", "Cuerda y estacas para marcar la cama en el patio."),
                    ("language", "Se puede contestar en español, en inglés o en los dos."),
                    ("disability", "Papel cuadriculado en relieve, o fichas en una bandeja."),
                ),
            ),
            FormWords(
                "Laid out in the yard", "en",
                "Lay the bed out with string and pegs, take a photo, and tell what you would write on the plan.",
                (("everyone", "A partner may hold the string."),),
            ),
        ),
        is_group=True, ago=45,
        said=(
            ("student", "proposal", "Could we plan it for real plants? Then the space between them matters.",
             "Yes. The seed packets are part of the task now."),
            ("family", "proposal", "We have a garden at home. Could students measure a bed there instead?", ""),
        ),
    ),
    InstrumentWords(
        "while-they-build", "observation", "here", "While they build: trying another way",
        "A quick look while students work with their hands, noted on the phone in one line.",
        "One moment on one day. Three moments on different days begin to say something.",
        "Made by two teachers who looked at the same class",
        "observation", (("SD.4", "use"),),
        criteria=(
            CriterionWords(
                "SD.4", "What happens when it falls over", "The minute after something did not work.",
                (
                    "Stays with it when someone sits down beside.",
                    "Tries once more in the same way.",
                    "Changes one thing and looks what it does.",
                    "Changes one thing, says why, and tells others what was found.",
                ),
            ),
        ),
        ago=80,
    ),
    InstrumentWords(
        "tell-me-how", "conversation", "here", "Tell me how you thought",
        "Five minutes beside a student, with a problem of several steps on the table.",
        "Shows how a student thinks about this problem when someone listens. It is no test of speaking English.",
        "Made by the mathematics team of the school",
        "conversation", (("OP.5", "use"), ("SD.8", "use")),
        forms=(
            FormWords(
                "What to ask", "en",
                "What is the story about? What did you do first, and why? Where did you change your mind? How would you"
                " show a friend that it is right?",
                (("everyone", "The story may be acted out with things."), ("language", "Ask in the home language."))
            ),
            FormWords(
                "Qué preguntar", "es",
                "¿De qué trata la historia? ¿Qué hiciste primero y por qué? ¿Dónde cambiaste de idea? ¿Cómo le"
                " mostrarías a alguien que está bien?",
            ),
        ),
        ago=75,
    ),
    InstrumentWords(
        "kitchen", "family", "district", "Fractions in the kitchen",
        "What families see when something is shared, poured or cut at home.",
        "A family’s look adds a place we never see. It counts once a teacher has talked about it with the student.",
        "Made with families at three kitchen evenings",
        "community", (("FR.1", "use"), ("FR.4", "use")),
        forms=(
            FormWords(
                "In English", "en", "When you cook or share, ask: which is more, a third or a half? How do you know?"
            ),
            FormWords(
                "En español", "es", "Al cocinar o repartir, pregunte: ¿qué es más, un tercio o la mitad? ¿Por qué?"
            ),
        ),
        ago=100,
    ),
    InstrumentWords(
        "explain", "rubric", "elsewhere", "Explain my thinking",
        "For any answer that needs a reason, in every subject. Students keep it in their notebook.",
        "May be read as how well this explanation carries this answer. Not as how well somebody writes.",
        "Made over two years by five teachers, with anchor work from all of them",
        "", (("SD.8", "use"),),
        criteria=EXPLAIN,
        anchors=(
            AnchorWords(
                "The shared pizza",
                "2/3 is more than 2/5 because thirds are bigger pieces. If you cut a pizza for 3 people everyone gets"
                " more than if you cut it for 5. I took two of each so it stays like that.",
                ((3, "The size of the pieces carries the whole answer, and two of each is named."),
                 (3, "Each sentence follows from the one before.")),
            ),
            AnchorWords(
                "The strips",
                "I put the strips next to each other and 3/4 was longer.",
                ((2, "Putting strips together is a reason for these two; why it holds is not said."),
                 (1, "One step is told; how the strips were made has to be asked.")),
            ),
            AnchorWords(
                "The bus",
                "First I took 40 away from 96 because 40 sit already. Then 56 are left. 56 divided by 24 is 2 and 8"
                " left. The 8 need a bus too so it is 3 buses. If they could stand it would be 2.",
                ((4, "The reason is whole and it says when another answer would be right."),
                 (3, "The order is clear; where the 24 comes from is not named.")),
            ),
        ),
        ago=160,
        said=(
            ("teacher", "comment", "Our grade 7 uses it for science reports too. It fits.", ""),
            ("student", "proposal", "Put the drawing into the first line, not only words.",
             "Taken up: a drawing is now named as a reason."),
        ),
    ),
    InstrumentWords(
        "my-project", "self", "here", "How did my project go?",
        "A student looks back before the conference: what was I proud of, what do I try next?",
        "Each learner’s own look at it. It stands beside the teacher’s and is never mixed into it.",
        "Made with the student council",
        "project", (("SD.5", "use"), ("SD.7", "use")),
        criteria=(
            CriterionWords(
                "SD.5", "Looking back", "What I did, what I would do again.",
                (
                    "I name one thing I did.",
                    "I name what went well and what was hard.",
                    "I say why something went well, with a piece of my work.",
                    "I say what I will do in another project because of it.",
                ),
            ),
            CriterionWords(
                "SD.7", "What I did with comments", "One comment and what became of it.",
                (
                    "I remember a comment.",
                    "I show where a comment belongs in my work.",
                    "I changed something because of a comment and can show it.",
                    "I chose which comments to follow and say why.",
                ),
            ),
        ),
        ago=50,
    ),
    InstrumentWords(
        "parts-first-look", "diagnostic", "here", "A first look at parts of a whole",
        "For the first week, or for someone who joins us in the year: where do we begin together?",
        "A beginning for talking. It sorts nobody, and it is out of date after a month of teaching.",
        "Made by the mathematics team of the school",
        "classwork", (("FR.1", "know"), ("FR.2", "know")),
        items=(
            ("a", "FR.1", 1, "Fold the strip into four equal parts. What is each part called?"),
            ("b", "FR.1", 1, "Which picture shows thirds? Say what is different in the other one."),
            ("c", "FR.2", 1, "Put 1/2 on the line between 0 and 1."),
            ("d", "FR.2", 1, "Put 3/2 on the line. How did you find the place?"),
        ),
        ago=90,
    ),
)  # fmt: skip
