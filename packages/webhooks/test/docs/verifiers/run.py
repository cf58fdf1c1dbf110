# Tries the verifier at argv[1] with the cases on stdin, and prints what it makes of each.
import base64
import importlib.util
import json
import sys

spec = importlib.util.spec_from_file_location("verifier", sys.argv[1])
verifier = importlib.util.module_from_spec(spec)
sys.dont_write_bytecode = True
spec.loader.exec_module(verifier)


def verify(case):
    headers = {}
    for name, value in case["headers"]:
        headers[name] = headers[name] + ", " + value if name in headers else value
    try:
        return {"verified": True, "attemptedAt": verifier.verify(base64.b64decode(case["body"]), headers, case["secrets"])}
    except ValueError:
        return {"verified": False}


cases = json.load(sys.stdin)
print(json.dumps({
    "verify": [verify(case) for case in cases["verify"]],
    "isFresh": [verifier.is_fresh(*times) for times in cases["isFresh"]],
}))
