"""What is published, over HTTP."""

from fastapi.testclient import TestClient

from support.harness.answers import get


def test_versions_name_state_and_digest_and_no_person(client: TestClient) -> None:
    [version] = get(client, "/versions")["versions"]
    assert (version["version"], version["state"]) == (1, "in force")
    assert len(version["digest"]) == 64
    assert not {"author", "reviewer"} & set(version)
