// One Grover step for |11> on two qubits finds it with certainty; register broadcasting and a gate of its own.
OPENQASM 2.0;
include "qelib1.inc";
gate oracle a, b { cz a, b; }
gate diffuse a, b { h a; h b; x a; x b; cz a, b; x a; x b; h a; h b; }
qreg search[2];
h search;
oracle search[0], search[1];
diffuse search[0], search[1];
