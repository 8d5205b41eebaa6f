"""A small shop: it keeps the key, lets pages edit designs, and keeps the files of what is ordered.

Only Python's standard library. CUSTOMIFY_URL=http://127.0.0.1:8000 CUSTOMIFY_KEY=cfy_live_… python3 shop.py
"""

import hashlib
import json
import os
import re
import secrets
import urllib.request
from base64 import b64encode
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import quote

SERVICE, KEY = os.environ.get("CUSTOMIFY_URL", "http://127.0.0.1:8000"), os.environ.get("CUSTOMIFY_KEY", "")
PORT, ORDERS = int(os.environ.get("SHOP_PORT", "8001")), Path(os.environ.get("SHOP_ORDERS", "orders"))
ORIGIN, FILES = os.environ.get("SHOP_ORIGIN", f"http://127.0.0.1:{PORT}"), os.environ.get("SHOP_FILES", SERVICE)
PAGE = Path(__file__).with_name("page.html").read_text().replace("SERVICE_URL", SERVICE)
SESSION = {"origins": [ORIGIN], "expires_in": int(os.environ.get("SHOP_SESSION_SECONDS", "3600"))}
ROUTE = re.compile(r"(GET|POST) /(designs|login|)(?:/([0-9a-f-]{36})/(session|order))?")


def hash_inline(tag):  # a source of the policy: the page's own script and style, and no other
    text = PAGE.split(f"<{tag}>")[1].split(f"</{tag}>")[0]
    return f"'sha256-{b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


POLICY = (
    f"default-src 'none'; script-src {hash_inline('script')}; style-src {hash_inline('style')}; connect-src 'self' "
    f"{SERVICE}; img-src blob: data: {SERVICE} {FILES}; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


class Problem(Exception):
    """What a page is told instead of an answer: status and body."""


def call(method, path, body=None):
    """Call the service with the shop's key. Its problems speak to shoppers, except those with the key itself."""
    headers = {"Authorization": f"Bearer {KEY}", "Content-Type": "application/json"}
    content = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(f"{SERVICE}/api/v1{path}", content, headers, method=method)
    try:
        return json.load(urllib.request.urlopen(request, timeout=30))
    except urllib.request.HTTPError as error:
        print(f"{method} {path}: {(problem := json.load(error))}", flush=True)
        if error.code in {401, 403}:
            raise Problem(502, {"detail": "The shop has a problem, and knows. Try again later."}) from error
        raise Problem(error.code, problem) from error
    except OSError as error:
        raise Problem(503, {"detail": "The designer is not available right now. Try again soon."}) from error


def sign(customer):
    return f"{customer}.{hashlib.blake2b(customer.encode(), key=KEY.encode()[:64]).hexdigest()}"


class Shop(BaseHTTPRequestHandler):
    """The page, and what needs the key. A shopper is a signed cookie: the `customer` of their designs."""

    def do_GET(self):
        cookie = SimpleCookie(self.headers.get("Cookie", "")).get("shopper")
        self.customer = cookie.value.rpartition(".")[0] if cookie else ""
        if not self.customer or not secrets.compare_digest(sign(self.customer), cookie.value):
            self.customer = f"guest-{secrets.token_urlsafe(16)}"
        try:
            route = ROUTE.fullmatch(f"{self.command} {self.path}")
            status, content = 200, self.act(*route.groups()) if route else PAGE
        except Problem as problem:
            status, content = problem.args
        kind = "text/html; charset=utf-8" if content is PAGE else "application/json"
        self.send_response(status)
        cookie = f"shopper={sign(self.customer)}; Path=/; HttpOnly; SameSite=Strict; Max-Age=31536000"
        headers = {"Content-Type": kind, "Content-Security-Policy": POLICY, "Cache-Control": "no-store"}
        for name, value in (*headers.items(), ("Set-Cookie", cookie)):
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content.encode() if content is PAGE else json.dumps(content).encode())

    do_POST = do_GET

    def act(self, method, what, design, action):
        if method == "GET":
            found = f"/designs?customer={quote(self.customer)}&fields=id,product_type,status,thumbnail_url"
            return call("GET", found)["results"] if what else PAGE
        if self.headers.get("Content-Type") != "application/json":  # pages of other sites cannot send that
            raise Problem(415, {"detail": "Send JSON."})
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length", 0))) or b"{}")
        if what == "login":  # a guest's designs become a customer's; a real shop checks a password first
            old, self.customer = self.customer, f"customer-{quote(str(body.get('name')), safe='')}"
            return call("POST", "/designs/reassign", {"customer": old, "to": self.customer}) if "guest-" in old else {}
        if not design:
            draft = {"product_type": body.get("product_type"), "render": False, "customer": self.customer}
            return call("POST", "/designs", {**draft, "session": SESSION})
        found = call("GET", f"/designs/{design}?wait=10")
        if found["customer"] != self.customer:
            raise Problem(404, {"detail": "This design is not yours, or was deleted."})
        if action == "order":  # otherwise the page opens it again, or renews its token
            return self.order(found)
        return {**found, "session": call("POST", f"/designs/{design}/sessions", SESSION)}

    def order(self, design):  # pins what was finished, and keeps its files; the same order again is the same pin
        order = {"revision": design["revision"], "order_id": f"order-{design['id'][:8]}-{design['revision']}"}
        pin = call("POST", f"/designs/{design['id']}/pin?wait=10", order)
        if pin["status"] != "ready":
            raise Problem(409, {"detail": "Your design is not ready yet. Order again in a moment."})
        (folder := ORDERS / order["order_id"]).mkdir(parents=True, exist_ok=True)
        for file in pin["renditions"]:
            (folder / file["name"]).write_bytes(urllib.request.urlopen(file["url"], timeout=30).read())
            if hashlib.sha256((folder / file["name"]).read_bytes()).hexdigest() != file["sha256"]:
                raise Problem(503, {"detail": "A file arrived damaged. Order again."})
        return {**order, "files": len(pin["renditions"])}


if __name__ == "__main__":
    print(f"The shop is at {ORIGIN}", flush=True)
    ThreadingHTTPServer(("127.0.0.1", PORT), Shop).serve_forever()
