"""What reaches 169.254.169.254, in a network namespace in which that address is on the loopback interface.

Serves with three rules whose keys lead there: by their URL, by discovery, and by a redirect that comes once the keys are there.
Prints what happened as one JSON object; judges nothing.

usage: metadata_address.py AUTHZ FOLDER KEYSET TOKEN
"""

import http.server
import json
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

METADATA = "169.254.169.254"
authz, folder, key_set, token = sys.argv[1:]
redirects = False
arrivals = 0


class Issuer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if "openid" in self.path:
            issuer = f"http://127.0.0.1:{self.server.server_port}"
            body = json.dumps({"issuer": issuer, "jwks_uri": f"http://{METADATA}/discovered"})
        else:
            body = key_set
        if redirects:
            self.send_response(302)
            self.send_header("location", f"http://{METADATA}/redirected")
            body = ""
        else:
            self.send_response(200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, *_):
        pass


def count_arrivals(listener):
    global arrivals
    while True:
        listener.accept()[0].close()
        arrivals += 1


def get(url, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def wait_for(what, condition):
    end = time.monotonic() + 30
    while not (value := condition()):
        if time.monotonic() > end:
            sys.exit(f"no {what} within 30 s")
        time.sleep(0.02)
    return value


for command in (["link", "set", "lo", "up"], ["addr", "add", f"{METADATA}/32", "dev", "lo"]):
    subprocess.run(["ip", *command], check=True)
metadata = socket.create_server((METADATA, 80))
threading.Thread(target=count_arrivals, args=[metadata], daemon=True).start()
issuer = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
threading.Thread(target=issuer.serve_forever, daemon=True).start()

policies = os.path.join(folder, "policies.yaml")
with open(policies) as file:
    text = file.read().replace("ISSUER", f"127.0.0.1:{issuer.server_port}")
with open(policies, "w") as file:
    file.write(text)
log = os.path.join(folder, "log")
with open(log, "w") as file:
    command = [authz, "serve", "-p", policies, "--allow-http-jwks", "--jwks-refresh", "100ms"]
    server = subprocess.Popen([*command, "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"], stderr=file)
try:
    checks, admin = wait_for(
        "ready line", lambda: re.findall(r"authz: checks on (\S+), admin on ([^,\s]+)", open(log).read())
    )[0]

    def check():
        return get(f"http://{checks}/workload/production/api/check/", authorization=f"Bearer {token}")[0]

    def failed():
        states = json.loads(get(f"http://{admin}/readyz?verbose")[1])["keySets"]
        return all(state["lastError"] for state in states) and states

    wait_for("keys", lambda: check() == 200)
    redirects = True
    states = wait_for("failure of each source", failed)
    result = {"errors": sorted(state["lastError"] for state in states), "good": check(), "arrivals": arrivals}
    # The address is there: whoever connects arrives.
    socket.create_connection((METADATA, 80), timeout=20).close()
    wait_for("arrival", lambda: arrivals)
    print(json.dumps({**result, "afterwards": arrivals}))
finally:
    server.kill()
    server.wait()
