OPENQASM 3.1;
include "stdgates.inc";
// Two features, encoded twice with a trainable frequency; marked in the three ways there are.
input array[float[64], 2] x;
@tacit.input
input angle[32] slope;
input array[float[64], 4] weights;
@tacit.parameter
input float[64] x_gain;
gate layer(a, b) first, second {
  ry(a) first;
  ry(b) second;
  cx first, second;
}
qubit[2] q;
for int j in {0, 1} rx(x_gain * x[j]) q[j];
layer(weights[0], weights[1]) q[0], q[1];
rx(2 * arccos(x[0])) q[0];
rz((pi - x[0]) * (pi - x[1])) q[1];
inv @ layer(weights[2], -weights[3] / 2) q[0], q[1];
ctrl @ p(slope + pi / 4) q[0], q[1];
