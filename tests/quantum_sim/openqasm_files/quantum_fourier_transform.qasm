/* The quantum Fourier transform of |5> on four qubits, most significant bit last:
   amplitudes exp(2 pi i 5 k / 16) / 4. */
OPENQASM 3.0;
include "stdgates.inc";
const int n = 4;
qubit[n] q;
x q[{0, 2}];
for int target in [n - 1 : -1 : 0] {
  h q[target];
  for int step in [1 : target] ctrl @ p(pi / 2 ** step) q[target - step], q[target];
}
for int k in [0 : n / 2 - 1] swap q[k], q[n - 1 - k];
