"""A check of schemathesis: no answer tells of the inside. Loaded by test_description.py."""

import schemathesis

INSIDE = (
    b"Traceback (most", b"site-packages", b"/src/churn", b'File "', b"sqlalchemy", b"sqlite3", b"psycopg",
    b"pydantic", b"INSERT INTO", b"object at 0x",
)  # fmt: skip


@schemathesis.check
def tells_nothing_of_the_inside(context, response, case):
    told = [word for word in INSIDE if word in response.content]
    assert not told, f"{case.method} {case.path} tells {told}"
