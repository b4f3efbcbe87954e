#include "evaluation/reproduce/reproduction.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <map>

#include "attacks/report/text_table.h"
#include "core/config.h"
#include "core/error.h"
#include "evaluation/reproduce/papers.h"

namespace tacit::evaluation {
namespace {

std::string number(const std::optional<double>& value) {
  return value ? fmt::format("{:.4g}", *value) : "-";
}

std::string interval(const ReproducedRow& row) {
  return row.low && row.high ? fmt::format("{:.4g} to {:.4g}", *row.low, *row.high) : "";
}

/// The number that a note stands under; equal notes share one.
class Notes {
 public:
  std::string mark(const std::string& note) {
    if (note.empty()) return "";
    const auto at = std::find(notes_.begin(), notes_.end(), note);
    if (at != notes_.end()) return fmt::format("{}", at - notes_.begin() + 1);
    notes_.push_back(note);
    return fmt::format("{}", notes_.size());
  }
  std::string str() const {
    std::string text;
    for (std::size_t i = 0; i < notes_.size(); ++i) text += fmt::format("{:>3}  {}\n", i + 1, notes_[i]);
    return text;
  }

 private:
  std::vector<std::string> notes_;
};

}  // namespace

const std::vector<Reproduction>& reproductions() {
  static const std::vector<Reproduction> all{
      {"dlg", "Zhu, Liu and Han, NeurIPS 2019, arXiv 1906.08935, Deep Leakage from Gradients",
       "share of pictures recovered, bare and under noise and pruning", reproduce_dlg},
      {"fishing",
       "Wen, Geiping, Fowl, Goldblum and Goldstein, ICML 2022, arXiv 2202.00580, Fishing for User Data in Large-Batch "
       "Federated Learning",
       "an image that a crafted head isolates, against the size of its batch", reproduce_fishing},
      {"guo", "Guo et al., 2025, arXiv 2503.11514, Exploring the Vulnerabilities of Federated Learning",
       "inversion of FedAvg updates by who knows, guesses wrongly or ignores the local steps", reproduce_guo},
      {"heredge",
       "Heredge, Kumar, Herman et al., npj Quantum Information 11, 80 (2025), arXiv 2405.08801, Characterizing privacy "
       "in quantum machine learning",
       "snapshot attack on transverse-field Ising circuits: rank, condition, recovery, shots, training on snapshots",
       reproduce_heredge},
      {"idlg", "Zhao, Mopuri and Bilen, 2020, arXiv 2001.02610, Improved Deep Leakage from Gradients",
       "label accuracy of DLG and iDLG, one example, a fresh network each", reproduce_idlg},
      {"inverting_gradients",
       "Geiping, Bauermeister, Droege and Moeller, NeurIPS 2020, arXiv 2003.14053, Inverting Gradients",
       "PSNR on an untrained LeNet, with the controls grey, mean picture and noise gradient",
       reproduce_inverting_gradients},
      {"kumar",
       "Kumar, Heredge, Li et al., 2023, arXiv 2309.13002, Expressive variational quantum circuits provide inherent "
       "privacy in federated learning",
       "minima of the attacker's landscape and their spacing on Fourier towers, success against tolerance",
       reproduce_kumar},
      {"learned",
       "Wu, Chen, Guo and Weinberger, UAI 2023, arXiv 2210.10880, Learning To Invert: Simple Adaptive Attacks for "
       "Gradient Inversion in Federated Learning",
       "pictures by a network trained on public gradients, beside its controls", reproduce_learned},
      {"papadopoulos",
       "Papadopoulos et al., 2025, arXiv 2504.12806, numerical inversion of variational circuits' gradients",
       "success of low-pass descent with and without a Kalman filter, 10 starts (Table II)", reproduce_papadopoulos},
      {"qflp", "the qflp study, 2026, github.com/ajbarea/csci739-qfl-privacy (after Kumar et al., arXiv 2309.13002)",
       "inputs recovered from circuit gradients by depth and re-uploads, and under shots", reproduce_qflp},
      {"r_gap", "Zhu and Blaschko, ICLR 2021, arXiv 2010.07733, R-GAP: Recursive Gradient Attack on Privacy",
       "PSNR and SSIM on CNN6 and FCN3, with the rank of every layer's equations", reproduce_r_gap},
      {"robbing_the_fed",
       "Fowl, Geiping, Czaja, Goldblum and Goldstein, ICLR 2022, arXiv 2110.13057, Robbing the Fed; figures of Guo et "
       "al., arXiv 2503.11514",
       "images of a batch that an imprint catches, by number of bins and size of the batch", reproduce_robbing_the_fed},
      {"steinke",
       "Steinke, Nasr and Jagielski, NeurIPS 2023, arXiv 2305.08846, Privacy Auditing with One (1) Training Run",
       "lower bounds of epsilon from one release, beside what its noise guarantees", reproduce_steinke},
      {"tableak", "Vero, Balunovic, Dimitrov and Vechev, ICML 2023, arXiv 2210.01785, TabLeak",
       "share of table entries recovered from a batch, pooled and by one member", reproduce_tableak},
      {"tower", "our own table on the Fourier tower of Kumar et al., arXiv 2309.13002",
       "low-pass, many-start and snapshot attacks with exact gradients, shots, batches and noise", reproduce_tower},
  };
  return all;
}

const Reproduction& reproduction(std::string_view name) {
  std::vector<std::string> names;
  for (const Reproduction& one : reproductions()) {
    if (one.name == name) return one;
    names.emplace_back(one.name);
  }
  const std::string near = nearest_word(name, names);
  fail(ErrorKind::usage, "there is no reproduction '{}'{}; there are: {}", name,
       near.empty() ? "" : " (did you mean '" + near + "'?)", fmt::join(names, ", "));
}

std::string reproduction_table(const Reproduction& reproduction, const std::vector<ReproducedRow>& rows,
                               unsigned width) {
  attacks::report::TextTable table({{"table", false, true},
                                    {"setting", false, true},
                                    {"metric", false, true},
                                    {"published", true, false},
                                    {"ours", true, false},
                                    {"95 % interval", true, false},
                                    {"note", true, false}});
  Notes notes;
  for (const ReproducedRow& row : rows)
    table.add_row({row.table, row.setting, row.metric, number(row.published), number(row.ours), interval(row),
                   notes.mark(row.note)});
  const std::string below = notes.str();
  return fmt::format("{}\n\n{}{}{}", reproduction.paper, table.str(width), below.empty() ? "" : "\nNotes\n", below);
}

}  // namespace tacit::evaluation
