"""Writes content-v1.json from docs/content.md alone: no line of the TypeScript is used. Run: python3 make-content-v1.py > content-v1.json"""
import hashlib, json

def sha(label, data): return hashlib.sha256(label.encode() + b"\0" + data).digest()
def varint(n):
    out = b""
    while n > 127:
        out += bytes([n & 127 | 128]); n >>= 7
    return out + bytes([n])
def num(field, n): return varint(field << 3) + varint(n)
def data(field, b): return varint(field << 3 | 2) + varint(len(b)) + b
def prefixed(b): return len(b).to_bytes(4, "big") + b
def utf16(s): return s.encode("utf-16-be")

SITE, CONVERSATION, SENDER = "https://chat.example", "5f0c9a–Bob & Alice", bytes(range(32))
CONTEXT = sha("sotto content context", prefixed(utf16(SITE)) + prefixed(utf16(CONVERSATION)) + prefixed(SENDER))
MARKS = sha("sotto content site", utf16(SITE))[:2] + sha("sotto content sender", SENDER)[:2]
ID, KEY, DIGEST = bytes([7]) * 32, bytes([8]) * 32, bytes([9]) * 32

def envelope(generation, sequence, previous, version=16):
    head = num(1, version) + data(2, CONTEXT) + varint(3 << 3 | 5) + MARKS
    return head + (num(4, generation) if generation else b"") + num(5, sequence) + data(6, previous)
def pad(b):
    sizes = [127, 351, 511] + [base // 4 * q - 1 for base in (512, 1024) for q in (5, 6, 7, 8)]
    size = next(s for s in sizes if s > len(b))
    return b + b"\x80" + bytes(size - len(b) - 1)
def text(s): return s.encode()

preview = data(1, b"https://example.org/a?b=c") + data(2, text("Títle")) + data(3, b"") + data(4, num(1, 3) + data(2, b"\x52\x49"))
named = preview + data(5, text("Das Bühnenblatt"))
descriptor = data(1, KEY) + data(2, DIGEST) + num(3, 300) + data(4, text("photo 🏔.png")) + data(5, b"image/png")
BODIES = [
    ("text", data(7, data(1, text("Hello, שלום 👋🏽"))) + data(32, ID) + data(33, preview) + num(34, 3600)),
    ("reaction", data(8, data(1, ID) + data(2, text("👍")) + num(3, 1))),
    ("edit", data(9, data(1, ID) + data(2, b"new") + b"") + data(33, preview) * 2),
    ("unsend", data(10, data(1, ID))),
    ("timer", data(11, num(1, 604800))),
    ("attachment", data(12, data(1, descriptor) + data(2, b"")) + data(32, ID) + num(34, 60)),
    ("session-established", data(13, data(1, data(1, b"")))),
    ("identity-changed", data(13, data(1, data(2, data(1, SENDER))))),
    ("end-session", data(13, data(1, data(3, b"")))),
    ("receipt", data(13, data(1, data(4, num(1, 2) + data(2, ID) + data(2, DIGEST))))),
    ("text-site-name", data(7, data(1, b"https://example.org/a?b=c")) + data(33, named)),
]
position = data(1, bytes([6]) * 16) + num(2, 0) + num(3, 300)
again = position + num(4, 1795000000) + data(5, text("said before")) + data(6, data(1, bytes([4]) * 8) + data(2, bytes([3]) * 8) * 2)
NEWER = [  # 1.1
    ("restored", data(13, data(1, data(5, data(1, position))))),
    ("restored-with-nothing", data(13, data(1, data(5, b"")))),
    ("resent", data(14, data(1, again) + data(1, position + num(4, 0) + data(5, b"")) + num(2, 3))),
]
cases, previous = [], bytes(16)
for sequence, (name, body) in enumerate(BODIES + NEWER):
    encoded = envelope(5, sequence, previous, 17 if sequence >= len(BODIES) else 16) + body
    name_of_it = sha("sotto content id", encoded)
    previous = name_of_it[:16]
    cases.append({"name": name, "sequence": sequence, "plaintext": pad(encoded).hex(), "id": name_of_it.hex()})
print(json.dumps({
    "source": "make-content-v1.py in this folder, written from docs/content.md with Python's hashlib only",
    "site": SITE, "conversation": CONVERSATION, "sender": SENDER.hex(), "generation": 5,
    "context": CONTEXT.hex(), "marks": MARKS.hex(), "cases": cases}, indent=1, ensure_ascii=False))
