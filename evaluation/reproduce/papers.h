#pragma once

#include <vector>

#include "evaluation/reproduce/reproduction.h"

namespace tacit::evaluation {

// One file each, named for the paper.
std::vector<ReproducedRow> reproduce_dlg(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_fishing(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_guo(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_heredge(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_idlg(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_inverting_gradients(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_kumar(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_learned(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_papadopoulos(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_qflp(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_r_gap(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_robbing_the_fed(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_steinke(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_tableak(const ReproductionControl& control);
std::vector<ReproducedRow> reproduce_tower(const ReproductionControl& control);

}  // namespace tacit::evaluation
