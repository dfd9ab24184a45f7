#!/usr/bin/python3
"""The key ceremony of a vault: makes in a token the objects that vault/custody/pkcs11/objects.ts looks for.

Owns which objects there are and what each may do. Python, because pkcs11js can't pass CKA_UNWRAP_TEMPLATE, and the
wrapping key is worth little without it. Needs PyKCS11 (Debian: python3-pykcs11). See docs/vault-ceremony.md.

Invariants: what stands in the token is never replaced but by --rotate with the fingerprint of the vault that is meant;
the lineage is made last, so that a ceremony that was cut short is taken up where it ended, and one that was complete
and has lost a key is refused. No secret is printed, and no PIN is taken from the command line.
"""
import argparse
import base64
import getpass
import hashlib
import os
import sys

import PyKCS11 as p11

LINEAGE_LENGTH = 16
P256 = bytes.fromhex("06082a8648ce3d030107")
SECRET, PRIVATE, PUBLIC, DATA = p11.CKO_SECRET_KEY, p11.CKO_PRIVATE_KEY, p11.CKO_PUBLIC_KEY, p11.CKO_DATA
# What every vault has, and what each mode needs besides. Mode resident makes its keys by itself.
EVERY = ["identity", "mac"]
MODES = {"wrapped": ["wrapping"], "resident": [], "split": ["oprf", "seed"], "hmac": ["seed"]}
ROTATED = ["wrapping", "oprf", "seed"]
# Not every device knows these. PyKCS11 does not know that CKA_COPYABLE is a boolean: a zero byte is its false.
OPTIONAL = {"CKA_COPYABLE": (p11.CKA_COPYABLE, (0,)), "CKA_MODIFIABLE": (p11.CKA_MODIFIABLE, False)}

# What a user key is whenever it comes back, whatever who is logged in asks for.
TEMPLATES = {
    "full": [
        (p11.CKA_SENSITIVE, True),
        (p11.CKA_EXTRACTABLE, False),
        (p11.CKA_PRIVATE, True),
        (p11.CKA_TOKEN, False),
        (p11.CKA_CLASS, PRIVATE),
        (p11.CKA_KEY_TYPE, p11.CKK_EC),
    ],
    # For devices that take no other attributes into it.
    "minimal": [(p11.CKA_SENSITIVE, True), (p11.CKA_EXTRACTABLE, False)],
    # The vault then publishes the grade `unenforced`.
    "none": None,
}


class Refused(Exception):
    """The ceremony can't go on, in a sentence."""


class Ceremony:
    def __init__(self, options, session):
        self.options = options
        self.session = session

    def label(self, purpose):
        return f"{self.options.name} {purpose}"

    def find(self, purpose, kind):
        found = self.session.findObjects([(p11.CKA_CLASS, kind), (p11.CKA_LABEL, self.label(purpose))])
        if len(found) > 1:
            raise Refused(f"the token has {len(found)} objects '{self.label(purpose)}': the vault could not tell them apart")
        return found[0] if found else None

    def has(self, purpose):
        kinds = {"identity": [PRIVATE, PUBLIC], "oprf": [PRIVATE, PUBLIC], "lineage": [DATA]}.get(purpose, [SECRET])
        present = [self.find(purpose, kind) is not None for kind in kinds]
        if any(present) and not all(present):
            raise Refused(f"of the pair '{self.label(purpose)}' one half is missing")
        return all(present)

    def guarded(self, purpose):
        """What every secret object is."""
        attributes = [
            (p11.CKA_TOKEN, True),
            (p11.CKA_PRIVATE, True),
            (p11.CKA_LABEL, self.label(purpose)),
            (p11.CKA_SENSITIVE, True),
            (p11.CKA_EXTRACTABLE, False),
        ]
        # Unmodifiable and uncopyable: nobody gives the wrapping key the right to decrypt later.
        return attributes + [pair for name, pair in OPTIONAL.items() if name not in self.options.omit]

    def make(self, purpose):
        if purpose in ("identity", "oprf"):
            use = [(p11.CKA_SIGN, purpose == "identity"), (p11.CKA_DERIVE, purpose == "oprf")]
            public = [(p11.CKA_TOKEN, True), (p11.CKA_PRIVATE, False), (p11.CKA_LABEL, self.label(purpose))]
            public += [(p11.CKA_EC_PARAMS, P256), (p11.CKA_VERIFY, purpose == "identity")]
            self.session.generateKeyPair(public, self.guarded(purpose) + use, p11.MechanismECGENERATEKEYPAIR)
        elif purpose == "wrapping":
            self.session.generateKey(self.wrapping_template(), p11.MechanismAESGENERATEKEY)
        elif purpose == "lineage":
            value = tuple(os.urandom(LINEAGE_LENGTH))
            data = [(p11.CKA_CLASS, DATA), (p11.CKA_TOKEN, True), (p11.CKA_PRIVATE, True)]
            data += [(p11.CKA_LABEL, self.label(purpose)), (p11.CKA_VALUE, value)]
            self.session.createObject(data)
        else:
            length = 64 if purpose == "seed" else 32
            template = [(p11.CKA_CLASS, SECRET), (p11.CKA_KEY_TYPE, p11.CKK_GENERIC_SECRET)] + self.guarded(purpose)
            template += [(p11.CKA_SIGN, True), (p11.CKA_DERIVE, False), (p11.CKA_VALUE_LEN, length)]
            self.session.generateKey(template, p11.Mechanism(p11.CKM_GENERIC_SECRET_KEY_GEN))

    def wrapping_template(self):
        template = [(p11.CKA_CLASS, SECRET), (p11.CKA_KEY_TYPE, p11.CKK_AES), (p11.CKA_VALUE_LEN, 32)]
        template += [pair for pair in self.guarded("wrapping") if pair[0] != p11.CKA_PRIVATE]
        # The security officer sees no private objects; see docs/vault-ceremony.md before using --trusted.
        template += [(p11.CKA_PRIVATE, not self.options.trusted)]
        template += [(p11.CKA_WRAP, True), (p11.CKA_UNWRAP, True)]
        template += [(code, False) for code in (p11.CKA_ENCRYPT, p11.CKA_DECRYPT, p11.CKA_SIGN, p11.CKA_DERIVE)]
        nested = TEMPLATES[self.options.unwrap_template]
        template += [(p11.CKA_UNWRAP_TEMPLATE, nested)] if nested is not None else []
        return template + ([(p11.CKA_TRUSTED, True)] if self.options.trusted else [])

    def destroy(self, purpose):
        for kind in (SECRET, PRIVATE, PUBLIC, DATA):
            found = self.find(purpose, kind)
            if found is not None:
                self.session.destroyObject(found)

    def identity_key(self):
        """33 bytes, compressed."""
        point = bytes(self.session.getAttributeValue(self.find("identity", PUBLIC), [p11.CKA_EC_POINT])[0])
        point = point[2:] if len(point) == 67 else point
        if len(point) != 65 or point[0] != 4:
            raise Refused("the token gives the identity key in a form that the vault does not read")
        return bytes([2 + (point[64] & 1)]) + point[1:33]

    def lineage(self):
        return bytes(self.session.getAttributeValue(self.find("lineage", DATA), [p11.CKA_VALUE])[0])


def wanted(options):
    return EVERY + sorted({purpose for mode in options.modes for purpose in MODES[mode]})


def plan(ceremony):
    """What is to be made, in order. Refuses a token that was whole and is not any more."""
    missing = [purpose for purpose in wanted(ceremony.options) if not ceremony.has(purpose)]
    if not ceremony.has("lineage"):
        return missing + ["lineage"]
    lost = [purpose for purpose in missing if purpose in EVERY]
    if lost:
        raise Refused(f"this vault has lost {', '.join(lost)}: it is gone; make a new one in another token or --name")
    return missing


def rotation(ceremony):
    """What is to be replaced: what users' keys hang on, and with it the lineage."""
    if not ceremony.has("lineage") or not ceremony.has("identity"):
        raise Refused("there is no vault to rotate")
    if ceremony.options.rotate.lower() != fingerprint(ceremony.identity_key()):
        raise Refused("--rotate takes the fingerprint of this vault's identity key, and this is another one")
    return [purpose for purpose in ROTATED if ceremony.has(purpose)] + ["lineage"]


def fingerprint(identity_key):
    return hashlib.sha256(identity_key).hexdigest()


def describe(ceremony):
    key = ceremony.identity_key()
    vault_id = hashlib.sha256(b"Sotto vault id v1" + key).digest()[:16]
    base64url = base64.urlsafe_b64encode(key).decode().rstrip("=")
    print(f"identity key  {base64url}")
    print(f"fingerprint   {fingerprint(key)}")
    print(f"vault id      {vault_id.hex()}")
    print(f"lineage       {ceremony.lineage().hex()}")


def hold(open_session, options):
    # The wrapping key of a security officer is made in his session, the rest in the user's.
    by_officer = {"wrapping"} if options.trusted else set()
    with_user = open_session(p11.CKU_USER)
    ceremony = Ceremony(options, with_user)
    steps = rotation(ceremony) if options.rotate else plan(ceremony)
    for purpose in ["lineage", *wanted(options)]:
        if purpose not in steps:
            print(f"kept          {ceremony.label(purpose)}")
    if options.dry_run:
        for purpose in steps:
            print(f"would make    {ceremony.label(purpose)}")
        return
    if options.rotate:
        # The lineage first: cut short here, the next ceremony ends what this one began.
        for purpose in reversed(steps):
            ceremony.destroy(purpose)
            print(f"destroyed     {ceremony.label(purpose)}")
    for purpose in [step for step in steps if step not in by_officer | {"lineage"}]:
        ceremony.make(purpose)
        print(f"made          {ceremony.label(purpose)}")
    for purpose in [step for step in steps if step in by_officer]:
        with_user.logout()
        officer = open_session(p11.CKU_SO)
        Ceremony(options, officer).make(purpose)
        officer.logout()
        with_user = open_session(p11.CKU_USER)
        ceremony = Ceremony(options, with_user)
        print(f"made          {ceremony.label(purpose)} (trusted)")
    if "lineage" in steps:
        ceremony.make("lineage")
        print(f"made          {ceremony.label('lineage')}")
    describe(ceremony)


def read_pin(path, what):
    if path is None:
        return getpass.getpass(f"{what}: ")
    with open(path, encoding="utf-8") as file:
        return file.read().rstrip("\n")


def modes(text):
    names = text.split(",")
    for name in names:
        if name not in MODES:
            raise argparse.ArgumentTypeError(f"'{name}' is none of {', '.join(MODES)}")
    return names


def parse():
    parser = argparse.ArgumentParser(description="Makes a vault's keys in a token; see docs/vault-ceremony.md.")
    parser.add_argument("--module", required=True, help="path of the device's PKCS#11 module")
    parser.add_argument("--token", required=True, help="label of the token")
    parser.add_argument("--name", default="sotto", help="first word of every label")
    parser.add_argument("--modes", type=modes, default=["wrapped"], help="wrapped, resident, split, hmac; with commas")
    parser.add_argument("--pin-file", help="file with the user PIN; asked for otherwise")
    parser.add_argument("--so-pin-file", help="file with the security officer's PIN, for --trusted")
    parser.add_argument("--trusted", action="store_true", help="the security officer makes the wrapping key, CKA_TRUSTED")
    parser.add_argument("--unwrap-template", choices=TEMPLATES, default="full")
    parser.add_argument("--omit", action="append", choices=OPTIONAL, default=[], help="an attribute unknown to the device")
    parser.add_argument("--rotate", metavar="FINGERPRINT", help="replace the keys that users' keys hang on")
    parser.add_argument("--dry-run", action="store_true", help="say what would be made, and make nothing")
    return parser.parse_args()


def main():
    options = parse()
    library = p11.PyKCS11Lib()
    library.load(options.module)
    slots = [slot for slot in library.getSlotList(True) if library.getTokenInfo(slot).label.strip("\0 ") == options.token]
    if len(slots) != 1:
        raise Refused(f"{len(slots)} tokens are called '{options.token}'")
    pins = {}

    def open_session(user):
        if user not in pins:
            officer = user == p11.CKU_SO
            what = "security officer's PIN" if officer else "user PIN"
            pins[user] = read_pin(options.so_pin_file if officer else options.pin_file, what)
        session = library.openSession(slots[0], p11.CKF_SERIAL_SESSION | p11.CKF_RW_SESSION)
        session.login(pins[user], user)
        return session

    hold(open_session, options)


if __name__ == "__main__":
    try:
        main()
    except (Refused, p11.PyKCS11Error, OSError) as error:
        print(f"ceremony: {error}", file=sys.stderr)
        sys.exit(1)
