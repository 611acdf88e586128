from __future__ import annotations

import json
import signal
import sys
from http.client import HTTPConnection

import pytest

from fastvec.errors import ResourceError


def ask(url, question, **parameters):
    host = url.removeprefix("http://").rstrip("/\n")
    connection = HTTPConnection(host, timeout=30)
    connection.request("POST", f"/api/{question}", json.dumps(parameters),
                       {"Content-Type": "application/json"})  # fmt: skip
    answer = json.loads(connection.getresponse().read())
    connection.close()
    return answer


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no Ctrl-C for one process")
def test_it_serves_until_ctrl_c(spawn, trained):
    process = spawn("explore", trained, trained, "--no-browser", "--port", "0", "--limit", "30")
    url = process.stdout.readline()
    assert url.startswith("http://127.0.0.1:")
    models = ask(url, "about")["models"]
    assert [(model["name"], model["words"]) for model in models] == [("both.fastvec", 30)] * 2
    process.send_signal(signal.SIGINT)
    _, errors = process.communicate(timeout=30)
    assert process.returncode == 0
    assert errors == "Ctrl-C ends.\nEnded.\n"


def test_the_browser_is_opened_at_the_address(run, trained, monkeypatch):
    from fastvec.explore.server import ExploreServer

    opened = []
    monkeypatch.setattr("webbrowser.open", opened.append)
    monkeypatch.setattr(ExploreServer, "serve_forever", lambda self: None)
    result = run("explore", trained)
    assert result.exit_code == 0, result.stderr
    assert opened == [result.stdout.strip()]
    assert run("explore", trained, "--no-browser").exit_code == 0
    assert len(opened) == 1


def test_a_model_that_reads_characters_has_senses_only(monkeypatch, tmp_path):
    """Its folder has no words to list, and that is no error."""
    from fastvec.errors import FormatError
    from fastvec_cli import explore as module

    class ELMo:
        def embed(self, sentences):
            return sentences

    class Stored:
        kind = "elmo"

    def fail(path, limit=None):
        raise FormatError("no vectors")

    monkeypatch.setattr("fastvec.models.folder.is_model", lambda path: True)
    monkeypatch.setattr("fastvec.models.folder.open_folder", lambda path: Stored())
    monkeypatch.setattr("fastvec.load_model", lambda path: ELMo(), raising=False)
    monkeypatch.setattr(module, "load", fail)
    found = module._open(str(tmp_path), None)
    assert found.vectors is None
    assert found.embed([["a"]]) == [["a"]]


def test_wrong_usage(run, trained):
    assert run("explore").exit_code == 2
    three = run("explore", trained, trained, trained)
    assert three.exit_code == 2
    assert "Expected one model or two, got 3." in three.stderr
    assert run("explore", "missing.fastvec", "--no-browser").exit_code == 1


def test_a_taken_port_is_said(run, trained, monkeypatch):
    def refuse(*_):
        raise ResourceError("port 80 cannot be used")

    monkeypatch.setattr("fastvec.explore.server.ExploreServer.__init__", refuse)
    result = run("explore", trained, "--port", "80", "--no-browser")
    assert result.exit_code == 1
    assert "port 80 cannot be used" in result.stderr


def test_every_flag_of_explore_is_run_above(command):
    flags = {flag for option in command.get_command(None, "explore").params for flag in option.opts}
    assert flags == {"models", "--port", "--no-browser", "--limit"}
