import copy
import re

import pytest

from churn.services.checks.packages import CANARY, Unsafe, ask, audit, judge

SEEN = {
    "dependencies": [
        {"name": "jinja2", "version": "2.4.1", "vulns": [{"id": "PYSEC-2014-8", "fix_versions": ["2.7.2"]}]}
    ]
}
FINE = {"dependencies": [{"name": "numpy", "version": "2.4.1", "vulns": []}]}


def test_safe_packages_are_counted():
    assert judge(SEEN, FINE) == "1 packages, none known to be unsafe"


def test_an_unsafe_package_is_named_with_its_cure():
    with pytest.raises(Unsafe, match=re.escape("jinja2 2.4.1: PYSEC-2014-8 (mended in 2.7.2)")):
        judge(SEEN, SEEN)


@pytest.mark.parametrize(
    "blind", [FINE, {}, None, [], {"dependencies": [{"name": "jinja2", "skip_reason": "not found"}]}]
)
def test_an_audit_that_overlooks_what_everybody_knows_could_not_run(blind):
    with pytest.raises(Unsafe, match="could not run"):
        judge(blind, FINE)


def test_a_package_that_was_skipped_or_a_list_that_is_empty_is_no_pass():
    skipped = copy.deepcopy(FINE)
    skipped["dependencies"].append({"name": "churn", "skip_reason": "not found on PyPI"})
    with pytest.raises(Unsafe, match="could not be audited: churn"):
        judge(SEEN, skipped)
    with pytest.raises(Unsafe, match="nothing was looked at"):
        judge(SEEN, {"dependencies": []})


def test_without_advisories_the_real_audit_fails(tmp_path):
    """Where the index cannot be asked, pip-audit itself says that all is well and exits with 0."""
    pins = tmp_path / "requirements.txt"
    pins.write_text(f"{CANARY}\n")
    with pytest.raises(Unsafe, match=r"could not run|PYSEC|CVE|GHSA"):
        audit(pins)


def test_what_is_no_list_of_pins_is_no_pass(tmp_path):
    pins = tmp_path / "requirements.txt"
    pins.write_text("not a pin at all ===\n")
    with pytest.raises(Unsafe, match="could not run"):
        ask(pins)
