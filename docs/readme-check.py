"""Runs the tour of the README on a running kernel, line by line as a reader would, and compares every answer.

    python3 docs/readme-check.py            says what is not as the README shows
    python3 docs/readme-check.py --write    puts the answers of this run into the README

The tour is what stands between the comments tour:begin and tour:end. A block of bash that is followed by a block of another
language shows what it prints. What differs from run to run (identifiers, addresses, tokens, times, entity tags) is compared by
where it occurs again, not by its value. KERNEL_URL names the kernel [http://127.0.0.1:8080].
"""

import difflib
import os
import pathlib
import re
import subprocess
import sys

README = pathlib.Path(__file__).resolve().parent.parent / "README.md"
SHOWN_URL = "http://127.0.0.1:8080"
SECONDS_MAX = 120
END_OF_BLOCK = "--end-of-block--"

TOUR = re.compile(r"(?<=<!-- tour:begin -->\n).*(?=<!-- tour:end -->)", re.DOTALL)
STEP = re.compile(r"```bash\n(?P<commands>.*?)```\n(?:\n```(?!bash)\w+\n(?P<answer>.*?)```\n)?", re.DOTALL)
NEVER_THE_SAME = [
    (re.compile(r"(sk|at)_live_[0-9a-f]+…?"), r"\1_live_*"),
    (re.compile(r'"challenge_id":"[^"]+"'), '"challenge_id":"*"'),
    (re.compile(r'"version":"[^"]+"'), '"version":"*"'),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "*time*"),
    (re.compile(r"(?im)^(x-request-id|x-ratelimit-(?:remaining|reset)|content-length|date|ratelimit): .+$"), r"\1: *"),
]
SAME_AGAIN = re.compile(
    r"tab_[a-z0-9]{20}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}|(?<=ETag: )\"\d+\"|(?<=etag: )\"\d+\""
)


class Comparable:
    """Makes the texts of one run comparable with those of another: the n-th new identifier becomes the number n."""

    def __init__(self):
        self.numbers = {}

    def of(self, text):
        for pattern, instead in NEVER_THE_SAME:
            text = pattern.sub(instead, text)
        return SAME_AGAIN.sub(lambda found: f"#{self.numbers.setdefault(found[0], len(self.numbers) + 1)}", text)


def run(commands_of_steps, url):
    """What each step prints, when all are pasted into one shell."""
    pasted = "".join(
        commands.replace(SHOWN_URL, url) + f"\nprintf '\\n%s\\n' {END_OF_BLOCK}\n" for commands in commands_of_steps
    )
    shell = subprocess.run(
        ["bash", "--norc"],
        input=pasted,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        timeout=SECONDS_MAX,
        check=False,
    )
    printed = shell.stdout.split(f"\n{END_OF_BLOCK}\n")
    if len(printed) != len(commands_of_steps) + 1:
        sys.exit(f"The shell ended early, with status {shell.returncode}:\n{shell.stdout}")
    return printed[:-1]


def without_blank_ends(text):
    return "\n".join(line.rstrip() for line in text.strip().splitlines())


def shortened(text):
    """Tokens as the README shows them: enough to see the form, too little to be taken for a leak."""
    return re.sub(r"((?:sk|at)_live_[0-9a-f]{8})[0-9a-f]{56}", r"\1…", text)


def first_difference(steps, printed):
    """What the first step that differs shows and prints; those after it mostly follow from it."""
    shown, seen = Comparable(), Comparable()
    for step, answer in zip(steps, printed):
        expected = shown.of(without_blank_ends(step["answer"] or ""))
        actual = seen.of(without_blank_ends(answer))
        if expected != actual:
            compared = "\n".join(list(difflib.ndiff(expected.splitlines(), actual.splitlines())))
            return (
                f"After\n\n{step['commands']}\nthe README shows (-), and the kernel answered (+):\n\n{compared}\n\n"
                f"The whole answer: {answer.strip()}"
            )
    return None


def with_answers(tour, printed):
    answers = iter(printed)

    def with_answer(step):
        answer = shortened(without_blank_ends(next(answers)))
        if step["answer"] is None:
            return step[0]
        return step[0].replace(step["answer"], answer + "\n")

    return STEP.sub(with_answer, tour)


def main():
    text = README.read_text(encoding="utf-8")
    found = TOUR.search(text)
    if not found:
        sys.exit(f"{README} has no tour between the comments tour:begin and tour:end")
    steps = list(STEP.finditer(found[0]))
    if len(steps) < 10 or len(steps) != found[0].count("```bash\n"):
        sys.exit(f"{README} shows {len(steps)} steps that can be run; that is not the tour")
    printed = run([step["commands"] for step in steps], os.environ.get("KERNEL_URL", SHOWN_URL))
    if sys.argv[1:] == ["--write"]:
        tour = with_answers(found[0], printed)
        README.write_text(text[: found.start()] + tour + text[found.end() :], encoding="utf-8")
    elif problem := first_difference(steps, printed):
        sys.exit(problem)


if __name__ == "__main__":
    main()
