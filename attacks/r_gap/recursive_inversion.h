#pragma once

#include <memory>

#include "attacks/methods/method.h"

namespace tacit::attacks {

/// Recursive gradient attack on privacy, R-GAP (Zhu and Blaschko, ICLR 2021, arXiv 2010.07733): the input of one
/// example by solving layer after layer, from the last to the first, without search. The inner product of the last
/// layer's gradient and weights is the output times the slope of the loss, from which both follow; each layer's input
/// solves linear equations of its weights and of its gradient (layer_equations.h), and the inverse of the activation
/// before it gives the output of the layer below.
///
/// For models of one output with binary cross-entropy that are a chain of fully connected layers and convolutions with
/// invertible activations, and gradients of one example. Without a last bias, the sign of the label and, for examples
/// on the right side, two margins are open: all are followed until the equations of a layer contradict, and the least
/// residual of the whole gradient wins. The score is that residual, |g' - g| / |g|; notes state each layer's unknowns,
/// equations and rank. Equations fewer than unknowns give the shortest input that fits, not the true one.
std::unique_ptr<const Method> make_r_gap(ConfigTable file);

}  // namespace tacit::attacks
