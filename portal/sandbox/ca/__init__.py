"""The demo certificate authority: CRL, OCSP and RFC 3161 time-stamps over HTTP, keys made at its first start.

It stands in for the government's trust services (VGCA and its TSA). Nothing it certifies is trusted anywhere else.
"""
