"""What every simulator's file offers: a class `Simulator` with this interface, made for one case after the other."""

import os


class NotOffered(Exception):
    """The simulator has no such thing; the sentence goes into the table's notes."""


class Peer:
    """A route is a function without arguments that computes a case's numbers anew: forward -> <Z_0> of each sample
    [batch], gradient -> of their sum by the parameters [2 * LAYERS * qubits]. Where a simulator has several ways, it
    offers them all by name, and the fastest is measured. What a route does not call is not in its time: a file builds
    circuits, sets parameters and fuses gates beforehand wherever its simulator lets it.
    """

    name = ""
    precisions = ("float", "double")
    #: As shipped it runs on every processor ("all"), or on one (1).
    shipped_threads = "all"

    def version(self):
        raise NotImplementedError

    def forward(self, case):
        """{route name: function}."""
        raise NotOffered("has no forward")

    def gradient(self, case):
        """{route name: function}."""
        raise NotOffered("has no gradient")

    def routes(self, case):
        if case.precision not in self.precisions:
            raise NotOffered(f"has no {case.precision}")
        return {"forward": self.forward, "gradient": self.gradient}[case.work](case)


def shipped_count(peer):
    return os.cpu_count() if peer.shipped_threads == "all" else peer.shipped_threads
