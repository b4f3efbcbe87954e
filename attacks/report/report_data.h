#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

/// What an audit found, as plain values. Whoever ran the audit fills them in; the writers in this folder (HTML,
/// console, CSV, JSON) only read them. All strings are UTF-8 and may hold anything: every writer escapes them for its
/// format. An absent value means "not measured"; a NaN is shown as if it were absent.
namespace tacit::attacks::report {

/// Pixels in the layout of datasets: [channels, height, width], row by row, each in [0, 1]. Channels is 1 (grey) or 3
/// (red, green, blue).
struct Image {
  std::uint32_t channels = 1;
  std::uint32_t height = 0;
  std::uint32_t width = 0;
  std::vector<float> pixels;
};

struct Picture {
  Image image;
  std::string caption;
};

/// One true example beside what each attack and each baseline made of it; pictures[0] is the original.
struct PictureRow {
  std::string label;
  std::vector<Picture> pictures;
};

/// The global model after a round. `test_accuracy` is a fraction in [0, 1].
struct CurvePoint {
  std::uint32_t round = 0;
  std::optional<double> test_accuracy;
  std::optional<double> test_loss;
};

/// How far a reconstruction is from the truth.
struct Quality {
  std::optional<double> mse;                ///< mean squared error over features in data units
  std::optional<double> psnr_db;            ///< 10 log10(range^2 / MSE); infinite when the reconstruction is exact
  std::optional<double> ssim;               ///< structural similarity in [-1, 1] (Wang et al. 2004)
  std::optional<double> circular_distance;  ///< distance modulo 2 pi of angle-encoded features, radians
};

/// One attack, or one baseline that saw no gradient (grey image, mean image, noise gradient), in one scenario.
/// Baselines are compared with the attacks whose `scenario` is the same string.
struct ResultRow {
  std::string name;
  std::string source;                    ///< the paper, for example "Geiping et al. 2020"; empty for a baseline
  std::string scenario;                  ///< what was attacked, for example "round 20 FedAvg update of 287 examples"
  std::optional<double> label_accuracy;  ///< fraction of labels recovered, in [0, 1]
  Quality mean;                          ///< over all reconstructed examples
  Quality best;                          ///< of the best example of the batch, chosen with the truth at hand
  std::vector<Quality> examples;         ///< one by one, in the order of the true examples; may be empty
  std::optional<std::uint64_t> restarts;
  std::optional<std::uint64_t> iterations;
  std::optional<double> seconds;  ///< wall time of the whole attack
  std::string note;
};

/// One thing an attacker may or may not know: labels, batch size, learning rate, a prior.
struct KnowledgeRow {
  std::string name;
  bool known = false;
  std::string note;
};

struct ThreatModel {
  std::string description;
  std::vector<KnowledgeRow> knowledge;
  std::string observer = {}, observes = {};  ///< in the words of the configuration
  bool malicious = false;                    ///< the observer departs from the protocol
};

/// One trained model and everything tried against its traffic.
struct AuditCase {
  std::string name;   ///< short, for example "MLP"; it heads the tables
  std::string model;  ///< in words: "64-32-10 perceptron, tanh"
  std::uint64_t parameter_count = 0;
  std::uint64_t clients = 0;
  std::uint64_t rounds = 0;
  std::vector<CurvePoint> curve;
  std::optional<double> final_test_accuracy;  ///< fraction in [0, 1]
  std::optional<std::uint64_t> bytes_up;      ///< clients to coordinator, whole run
  std::optional<std::uint64_t> bytes_down;    ///< coordinator to clients, whole run
  std::optional<double> epsilon;              ///< differential privacy spent, absent where none was used
  std::optional<double> delta;
  std::string model_sha256;  ///< of the final model, hexadecimal
  ThreatModel threat_model;
  std::vector<ResultRow> attacks;
  std::vector<ResultRow> baselines;
  std::vector<PictureRow> pictures;
};

struct ReportData {
  std::string title;
  std::string when;
  std::string software_version;
  std::string configuration;  ///< the text of the configuration file
  std::vector<AuditCase> cases;
};

}  // namespace tacit::attacks::report
