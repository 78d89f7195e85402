"""Reads a DSSE envelope with securesystemslib, which we did not write, and prints the statement that it carries.

Arguments: the envelope, the public key (PEM). Ends with an error where no signature of the key is good.
"""

import json
import sys

from cryptography.hazmat.primitives.serialization import load_pem_public_key
from securesystemslib.dsse import Envelope
from securesystemslib.signer import SSlibKey

with open(sys.argv[1], encoding="utf-8") as file:
    envelope = Envelope.from_dict(json.load(file))
with open(sys.argv[2], "rb") as file:
    public = load_pem_public_key(file.read())
key_id = next(iter(envelope.signatures))
envelope.verify([SSlibKey.from_crypto(public, keyid=key_id)], 1)
print(envelope.payload.decode("utf-8"))
