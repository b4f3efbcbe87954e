"""Qiskit Aer, statevector method with its own fusion. It has no gradient of its own."""

import numpy
import qiskit
import qiskit_aer
from qiskit.circuit import Parameter
from qiskit.quantum_info import Pauli
from qiskit_aer.backends.aer_compiler import assemble_circuits, generate_aer_config
from qiskit_aer.backends.backend_utils import cpp_execute_circuits

import peer


class Simulator(peer.Peer):
    name = "aer"

    def version(self):
        return f"qiskit-aer {qiskit_aer.__version__}"

    def _circuit(self, case, angles):
        circuit = qiskit.QuantumCircuit(case.qubits)
        theta = case.parameters()
        for _, (qubit,), index in case.encoding():
            circuit.rx(angles[index], qubit)
        for name, qubits, index in case.ansatz():
            if name == "cx":
                circuit.cx(*qubits)
            else:
                getattr(circuit, name)(float(theta[index]), qubits[0])
        circuit.save_expectation_value(Pauli("Z"), [0])
        return circuit

    def _backend(self, case, **options):
        precision = {"float": "single", "double": "double"}[case.precision]
        return qiskit_aer.AerSimulator(
            method="statevector", precision=precision, max_parallel_threads=case.threads, **options
        )

    def forward(self, case):
        x = case.inputs()
        if case.batch == 1:
            circuit, binds = self._circuit(case, [float(angle) for angle in x[0]]), None
        else:
            symbols = [Parameter(f"x{i}") for i in range(case.qubits)]
            circuit = self._circuit(case, symbols)
            binds = [{symbol: [float(angle) for angle in x[:, i]] for i, symbol in enumerate(symbols)}]

        def run(backend):
            def forward():
                result = backend.run(circuit, parameter_binds=binds, shots=1).result()
                return numpy.array([result.data(i)["expectation_value"] for i in range(case.batch)])

            return forward

        routes = {"run": run(self._backend(case))}
        if case.batch > 1 and case.threads > 1:
            routes["run, circuits side by side"] = run(self._backend(case, max_parallel_experiments=case.threads))
        routes["controller"] = self._controller_route(case, x)
        return routes

    def _controller_route(self, case, x):
        """The C++ controller on circuits assembled beforehand, without jobs and results in Python."""
        backend = self._backend(case, max_parallel_experiments=case.threads if case.batch > 1 else 1)
        circuits = [self._circuit(case, [float(angle) for angle in sample]) for sample in x]
        native, _ = assemble_circuits(circuits)
        for index, each in enumerate(native):
            each.circ_id = index
        config = generate_aer_config(circuits, backend.options, shots=1)

        def forward():
            output = cpp_execute_circuits(backend._controller, native, None, config)
            if not output["success"]:
                raise RuntimeError(output["status"])
            return numpy.array([result["data"]["expectation_value"] for result in output["results"]])

        return forward
