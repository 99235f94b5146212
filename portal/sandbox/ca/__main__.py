"""`python -m portal.sandbox.ca --port 8002 --dir var/pki`: make what is missing, write the certificates, serve."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from socketserver import ThreadingMixIn
from typing import Any
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

from asn1crypto import pem
from certomancer.integrations.animator import Animator, AnimatorArchStore
from certomancer.registry import ArchLabel, CertLabel, CertomancerConfig, PKIArchitecture

from portal.sandbox.ca.architecture import configuration, signers

_TSA = "/demo/tsa/tsa"


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:
        return


def build(folder: Path, url: str) -> Callable[..., Iterable[bytes]]:
    """Return the WSGI application; certificates are written beside the keys, `<name>.cert.pem`.

    They are written anew at each start, since they name the address of this one; keys and serials stay.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    config = CertomancerConfig(configuration(folder.resolve(), url), key_search_dir=str(folder.resolve()))
    authority = config.get_pki_arch(ArchLabel("demo"))
    _write_certificates(folder, authority)
    animator = Animator(
        AnimatorArchStore({ArchLabel("demo"): authority}), with_web_ui=False, allow_time_override=False
    )

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if environ["PATH_INFO"] == "/livez":
            start_response("200 OK", [("Content-Type", "text/plain")])
            return [b"ok"]
        if environ["PATH_INFO"] == "/tsa":
            environ["PATH_INFO"] = _TSA
        answer: Iterable[bytes] = animator(environ, start_response)
        return answer

    return application


def _write_certificates(folder: Path, authority: PKIArchitecture) -> None:
    for name in ["root", "interm", *(signer.key for signer in signers(folder))]:
        path = folder / f"{name}.cert.pem"
        certificate = authority.get_cert(CertLabel(name))
        temporary = path.with_suffix(".new")
        temporary.write_bytes(pem.armor("CERTIFICATE", certificate.dump()))
        os.replace(temporary, path)


def main() -> None:
    """Serve until told to stop."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--port", type=int, default=8002)
    parser.add_argument("--dir", type=Path, default=Path("var/pki"))
    arguments = parser.parse_args()
    application = build(arguments.dir, f"http://127.0.0.1:{arguments.port}")
    server = make_server("127.0.0.1", arguments.port, application, _Server, _Quiet)
    sys.stdout.write(f"Demo certificate authority at http://127.0.0.1:{arguments.port}\n")
    server.serve_forever()


if __name__ == "__main__":
    main()
