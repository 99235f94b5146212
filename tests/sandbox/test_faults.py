from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.sandbox.conftest import ENVIRONMENT, ROOT, Portal, free_port, start
from tests.sandbox.world import World, case, init_message, progress

CODE = "H09.25747-261124-0001"


def add(world: World) -> Any:
    return world.call("DongBoHoSoMC", isUpdating="False", data=[case()])


def test_an_answer_dropped_after_acting_leaves_the_deed_done(world: World) -> None:
    world.log_in()
    world.plan("dvcqg.DongBoHoSoMC", "drop_after")
    with pytest.raises(httpx.RemoteProtocolError):
        add(world)

    assert world.ledger(CODE)["HoSo"] == case()
    assert world.call("TraCuuHoSo", MaHoSo=CODE)["result"]


def test_an_answer_that_hangs_outlasts_the_client(world: World) -> None:
    world.log_in()
    world.plan("dvcqg.DongBoHoSoMC", "drop_after", seconds=1)
    impatient = httpx.Client(base_url=world.http.base_url, timeout=0.3, trust_env=False)
    with impatient, pytest.raises(httpx.ReadTimeout):
        add(World(impatient, world.session))

    assert world.ledger(CODE)["HoSo"] == case()


@pytest.mark.parametrize("kind", ["drop_before", "down"])
def test_a_connection_dropped_before_acting_leaves_nothing_done(world: World, kind: str) -> None:
    world.log_in()
    world.plan("dvcqg.*", kind)
    with pytest.raises(httpx.RemoteProtocolError):
        add(world)

    assert world.ledger(CODE)["SoCai"] == []


def test_down_lasts_until_it_is_cleared(world: World) -> None:
    world.plan("paygov.*", "down")
    for _ in range(3):
        with pytest.raises(httpx.RemoteProtocolError):
            world.http.post("/paygov/init", json=init_message())
    world.http.delete("/faults")

    assert world.http.post("/paygov/init", json=init_message()).json()["error_code"] == "0"


@pytest.mark.parametrize("status", [404, 429, 500, 503])
def test_a_status_is_answered_as_often_as_planned(world: World, status: int) -> None:
    world.log_in()
    world.plan("dvcqg.TraCuuHoSo", f"status:{status}", times=2)
    body = {"session": world.session, "madonvi": "H09", "service": "TraCuuHoSo", "MaHoSo": CODE}
    codes = [world.http.post("/dvcqg/api", json=body).status_code for _ in range(3)]

    assert codes == [status, status, 200]


def test_a_message_delivered_twice_is_received_twice(world: World) -> None:
    add(world)
    world.plan("dvcqg.CapNhatTienDoHoSoMC", "duplicate")
    world.call("CapNhatTienDoHoSoMC", data=[progress()])

    assert len(world.ledger(CODE)["TienDo"]) == 2


def test_codes_come_as_numbers_or_as_texts(world: World) -> None:
    world.plan("dvcqg.*", "string_codes", times=2)
    world.plan("paygov.init", "int_codes")

    assert world.call("LayDanhSachTTHC")["error_code"] == "00"  # the login took the first
    assert world.call("LayDanhSachTTHC")["error_code"] == 0
    assert world.http.post("/paygov/init", json=init_message()).json()["error_code"] == 0


def test_a_fault_may_meet_one_case_only(world: World) -> None:
    add(world)
    world.plan("dvcqg.CapNhatTienDoHoSoMC", "status:500", times=-1, match="poison")
    assert world.call("CapNhatTienDoHoSoMC", data=[progress()])["error_code"] == 0
    assert world.call("CapNhatTienDoHoSoMC", data=[progress("poison")])["error_code"] == -1
    assert [line["MaHoSo"] for line in world.ledger()["SoCai"]] == [CODE, CODE]


def test_a_reordered_message_is_overtaken_by_the_next(world: World) -> None:
    add(world)
    world.plan("dvcqg.CapNhatTienDoHoSoMC", "reorder")
    with httpx.Client(base_url=world.http.base_url, timeout=10, trust_env=False) as second:
        held = threading.Thread(target=lambda: world.call("CapNhatTienDoHoSoMC", data=[progress(TrangThai="2")]))
        held.start()
        time.sleep(0.3)
        World(second, world.session).call("CapNhatTienDoHoSoMC", data=[progress(TrangThai="4")])
        held.join()

    assert [row["TrangThai"] for row in world.ledger(CODE)["TienDo"]] == ["4", "2"]


def test_a_delay_delays(world: World) -> None:
    world.log_in()
    world.plan("dvcqg.LayDanhSachTTHC", "delay", seconds=0.4)
    started = time.monotonic()
    world.call("LayDanhSachTTHC")

    assert time.monotonic() - started >= 0.4


def test_a_confirmation_that_is_lost_comes_again(world: World, portal: Portal) -> None:
    world.set(confirm_retry_seconds="0.1")
    world.plan("paygov.confirm", "drop_before")
    world.http.post(world.pay_url(), data={"choice": "thanh-toan"})

    assert portal.wait_for(1)[0]["MaLoi"] == "00"


def test_delayed_confirmations_overtake_each_other(world: World, portal: Portal) -> None:
    world.plan("paygov.confirm", "reorder", seconds=1)
    world.http.post(world.pay_url(reference="FIRST"), data={"choice": "thanh-toan"})
    world.http.post(world.pay_url(reference="SECOND"), data={"choice": "thanh-toan"})

    assert [message["MaThamChieu"] for message in portal.wait_for(2)] == ["SECOND", "FIRST"]


def test_an_unknown_fault_or_setting_is_refused(world: World) -> None:
    assert world.http.post("/faults", json={"target": "*", "kind": "earthquake"}).status_code == 400
    assert world.http.post("/settings", json={"gravity": "0"}).status_code == 400


def test_the_plan_is_made_on_the_page_too(world: World) -> None:
    form = {"target": "dvcqg.*", "kind": "delay", "times": "2", "seconds": "0.1", "match": ""}
    world.http.post("/faults/", data=form)
    (planned,) = world.http.get("/faults").json()["faults"]
    assert (planned["kind"], planned["times"]) == ("delay", 2)

    world.http.post("/faults/", data={"clear": "1"})
    assert world.http.get("/faults").json() == {"faults": []}


@pytest.mark.parametrize("address", ["/", "/livez", "/sandbox.css", "/faults/", "/paygov/", "/dvcqg/so-cai/"])
def test_every_page_opens(world: World, address: str) -> None:
    assert world.http.get(address).status_code == 200


def test_the_sandbox_remembers_over_a_restart_and_ends_when_told(tmp_path: Path) -> None:
    url = f"http://127.0.0.1:{free_port()}"
    codes, keys = [], []
    for _ in range(2):
        process = start(url, tmp_path / "sandbox.sqlite3", public_url="http://127.0.0.1:9")
        with httpx.Client(base_url=url, trust_env=False) as http:
            codes.append(add(World(http))["error_code"])
            keys.append(http.get("/vneid/jwks.json").json())
        process.terminate()
        assert process.wait(timeout=5) == 0

    assert codes == [0, -3]
    assert keys[0] == keys[1]


def test_models_and_migrations_of_the_sandbox_agree(tmp_path: Path) -> None:
    environment = {**os.environ, **ENVIRONMENT, "SANDBOX_DB": str(tmp_path / "sandbox.sqlite3")}
    command = [sys.executable, "-m", "portal.sandbox", "--check-migrations"]

    assert subprocess.run(command, cwd=ROOT, env=environment, check=False).returncode == 0
