#!/bin/sh
# Verifies the evidence bundle in this folder:  sh verify.sh [KEY]
# KEY is the company's public key in hex as it told you by another way (`inbox-agent audit key` prints it).
# Needs sh, sha256sum, openssl (1.1.1 or newer) and python3, of which it uses the standard library only.
# Says FAULT for each thing that does not hold. Exit code: 0 all holds, 1 something does not, 2 a tool is missing.
LC_ALL=C; export LC_ALL
cd "$(dirname "$0")" || exit 2
for tool in sha256sum openssl python3; do
  command -v "$tool" >/dev/null || { echo "this needs $tool"; exit 2; }
done
faults=0
fault() { echo "FAULT  $1"; faults=1; }

# 1. Every file is as it was listed, and no file is missing or new.
told=$(sha256sum -c SHA256SUMS 2>&1) || fault "files were changed or are missing:
$(echo "$told" | grep -v ': OK$')"
listed=$(cut -c 67- SHA256SUMS | sort)
there=$(find . ! -type d ! -path ./SHA256SUMS ! -path ./SHA256SUMS.sig | cut -c 3- | sort)
[ "$listed" = "$there" ] || fault "the files here are not those that SHA256SUMS lists"

# 2. The list was signed with key.pem (Ed25519), and key.pem is the company's key.
openssl pkeyutl -verify -pubin -inkey key.pem -rawin -in SHA256SUMS -sigfile SHA256SUMS.sig >/dev/null 2>&1 ||
  fault "SHA256SUMS was not signed with key.pem"
key=$(openssl pkey -pubin -in key.pem -outform DER 2>/dev/null | od -An -v -tx1 | tr -d ' \n' | cut -c 25-)
if [ $# -eq 0 ]; then echo "The signing key is $key. Compare it with the one that the company told you."
elif [ "$1" != "$key" ]; then fault "key.pem is another key than $1"; fi

# 3. Each event holds the hash of the one before it, and the signed heads know the same events.
python3 -I - <<'END' || faults=1
import hashlib, json, os, subprocess, sys, tempfile

faults = []

def fault(text):
    faults.append(text)
    print("FAULT ", text)

def digest(event):
    fields = [bytes.fromhex(event["id"]), bytes.fromhex(event["case"]), str(event["seq"]).encode(),
              event["at"].encode(), event["kind"].encode(), event["by"].encode(),
              bytes.fromhex(event["sealed_detail"]), bytes.fromhex(event["previous"])]
    return hashlib.sha256(b"".join(len(one).to_bytes(4, "big") + one for one in fields)).hexdigest()

def signed(text, signature):
    with tempfile.TemporaryDirectory() as folder:
        names = [os.path.join(folder, name) for name in ("text", "signature")]
        for name, octets in zip(names, (text, signature)):
            with open(name, "wb") as file:
                file.write(octets)
        command = ["openssl", "pkeyutl", "-verify", "-pubin", "-inkey", "key.pem", "-rawin",
                   "-in", names[0], "-sigfile", names[1]]
        return subprocess.run(command, capture_output=True).returncode == 0

for name in ("events.jsonl", "heads.log"):
    if not os.path.isfile(name):
        sys.exit(f"FAULT  {name} is missing")

refs, hashes, previous = set(), [], "0" * 64
with open("events.jsonl", encoding="utf-8", errors="replace") as lines:
    for number, line in enumerate(lines, 1):
        try:
            event = json.loads(line)
            holds = (event["seq"], event["previous"], event["hash"]) == (number, previous, digest(event))
        except (ValueError, KeyError, TypeError, AttributeError):
            holds = False
        if not holds:
            fault(f"event {number} was changed, moved or dropped")
            break
        previous = event["hash"]
        hashes.append(previous)
        refs.add(event["ref"])

heads = 0
with open("heads.log", encoding="utf-8", errors="replace") as lines:
    for number, line in enumerate(lines, 1):
        try:
            told = json.loads(line)
            signature = bytes.fromhex(told.pop("signature"))
            text = json.dumps(told, separators=(",", ":"), sort_keys=True).encode()
            tails = [tuple(told["changed"][ref]) for ref in refs if ref in told["changed"]]
            known = all(0 < count <= len(hashes) and hashes[count - 1] == end for count, end in tails)
        except (ValueError, KeyError, TypeError, AttributeError):
            fault(f"line {number} of heads.log cannot be read")
            continue
        if not signed(text, signature):
            fault(f"line {number} of heads.log was not signed with key.pem")
        if not known:
            fault(f"line {number} of heads.log knows other events than events.jsonl")
        heads = max([heads, *(count for count, _ in tails)])

print(f"{len(hashes)} events follow from each other; the signed heads know the first {heads} of them.")
sys.exit(bool(faults))
END

[ "$faults" -eq 0 ] && echo "Everything holds."
exit "$faults"
