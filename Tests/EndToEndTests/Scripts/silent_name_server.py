"""What a server does whose issuer's name is looked up at a name server that never answers.

In a network namespace and a mount namespace of its own. At first the issuer's name stands in the file of hosts; then it is looked up at
a name server that takes what it is asked and says nothing, for which the system waits half a minute. Prints what happened as one
JSON object; judges nothing.

usage: silent_name_server.py AUTHZ FOLDER KEYSET TOKEN
"""

import http.server
import json
import os
import re
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request

NAME_SERVER = "127.0.0.77"
authz, folder, key_set, token = sys.argv[1:]
questions = 0


class Issuer(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-length", str(len(key_set)))
        self.end_headers()
        self.wfile.write(key_set.encode())

    def log_message(self, *_):
        pass


def take_questions(name_server):
    global questions
    while True:
        name_server.recvfrom(512)
        questions += 1


def get(url, **headers):
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers=headers), timeout=20) as answer:
            return answer.status, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.read().decode()


def wait_for(what, condition):
    end = time.monotonic() + 60
    while not (value := condition()):
        if time.monotonic() > end:
            sys.exit(f"no {what} within 60 s")
        time.sleep(0.02)
    return value


def write(name, text):
    path = os.path.join(folder, name)
    with open(path, "w") as file:
        file.write(text)
    return path


subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
write("hosts", "127.0.0.1 issuer.test\n")
write("resolv.conf", f"nameserver {NAME_SERVER}\noptions timeout:30 attempts:1\n")
for name in ("hosts", "resolv.conf"):
    subprocess.run(["mount", "--bind", os.path.join(folder, name), f"/etc/{name}"], check=True)
name_server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
name_server.bind((NAME_SERVER, 53))
threading.Thread(target=take_questions, args=[name_server], daemon=True).start()
issuer = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Issuer)
threading.Thread(target=issuer.serve_forever, daemon=True).start()

policies = os.path.join(folder, "policies.yaml")
with open(policies) as file:
    text = file.read().replace("ISSUER", f"issuer.test:{issuer.server_port}")
write("policies.yaml", text)
log = os.path.join(folder, "log")
with open(log, "w") as file:
    command = [authz, "serve", "-p", policies, "--allow-http-jwks", "--jwks-refresh", "100ms", "--jwks-max-stale", "2s"]
    command += ["--drain-timeout", "1s", "--listen", "127.0.0.1:0", "--admin-listen", "127.0.0.1:0"]
    server = subprocess.Popen(command, stderr=file)
try:
    checks = wait_for("ready line", lambda: re.findall(r"authz: checks on (\S+), admin on", open(log).read()))[0]

    def check():
        return get(f"http://{checks}/workload/production/api/check/", authorization=f"Bearer {token}")[0]

    def errors():
        return sorted(set(re.findall(r'"error":"([^"]*)"', open(log).read())))

    wait_for("keys", lambda: check() == 200)
    write("hosts", "")
    wait_for("question", lambda: questions)
    start = time.monotonic()
    wait_for("end of the keys", lambda: check() == 401)
    dropped = time.monotonic() - start
    wait_for("second error", lambda: len(errors()) > 1)
    start = time.monotonic()
    server.send_signal(signal.SIGTERM)
    status = server.wait(timeout=60)
    print(
        json.dumps(
            {
                "dropped": dropped,
                "stopped": time.monotonic() - start,
                "status": status,
                "errors": errors(),
            }
        )
    )
finally:
    server.kill()
    server.wait()
