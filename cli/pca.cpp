#include <fmt/format.h>

#include <iostream>

#include "cli/command.h"
#include "cli/whole_number.h"
#include "core/config.h"
#include "core/error.h"
#include "datasets/dataset.h"
#include "datasets/transforms/moments.h"
#include "datasets/transforms/shared_projection.h"

namespace tacit::cli {
namespace {

struct Options {
  std::string config, output;
  std::vector<std::string> files;
  std::int64_t components = 0;
  bool standardise = false;
};

/// What one party tells of the training part of its [data] section, whatever else the file holds.
nlohmann::ordered_json moments(const Options& options) {
  ConfigTable config = ConfigTable::parse_file(options.config).only({"data"});
  if (!config.has("data")) config.refuse("data", "the section is missing");
  const datasets::Dataset train = datasets::load_unscaled(config.table("data"), 0).train;
  if (train.size() < 3)
    fail(ErrorKind::data, "{}: the training part has {} examples, and moments of fewer than three are the examples",
         options.config, train.size());
  const datasets::Moments told = datasets::moments_of(train);
  datasets::write_moments(options.output, told);
  std::cout << fmt::format("{}: mean and covariance of {} features over {} examples\n", options.output,
                           told.mean.size(), told.examples);
  return {{"output", options.output}, {"examples", told.examples}, {"features", told.mean.size()}};
}

nlohmann::ordered_json merge(const Options& options) {
  std::vector<datasets::Moments> parties;
  for (const std::string& file : options.files) parties.push_back(datasets::read_moments(file));
  for (std::size_t i = 1; i < parties.size(); ++i)
    if (parties[i].mean.size() != parties[0].mean.size())
      fail(ErrorKind::data, "{}: has {} features, {} has {}", options.files[i], parties[i].mean.size(),
           options.files[0], parties[0].mean.size());
  const datasets::Moments all = datasets::merged(parties);
  const auto shared =
      datasets::shared_components(all, static_cast<std::size_t>(options.components), options.standardise);
  datasets::write_projection(options.output, shared);
  double total = 0, kept = 0;
  std::vector<double> deviations;
  for (std::size_t i = 0; i < all.mean.size(); ++i) {
    const double variance = all.scatter[i * (all.mean.size() + 1)] / static_cast<double>(all.examples);
    total += options.standardise ? (variance > 0 ? 1.0 : 0.0) : variance;
  }
  for (const double high : shared.high) {
    deviations.push_back(high / 3);
    kept += high / 3 * (high / 3);
  }
  std::cout << fmt::format("{}: {} components of {} examples of {} parties keep {:.1f} % of the variance\n",
                           options.output, deviations.size(), all.examples, parties.size(), 100 * kept / total);
  return {{"output", options.output},
          {"examples", all.examples},
          {"parties", parties.size()},
          {"deviations", deviations},
          {"kept_variance", kept / total}};
}

}  // namespace

void add_pca(CLI::App& app, Chosen& chosen) {
  CLI::App* pca = app.add_subcommand("pca", "Find principal components of data that several parties do not share");
  pca->require_subcommand(1);
  auto options = std::make_shared<Options>();
  CLI::App* first = add_subcommand(*pca, chosen, "moments", "Write what one party has to tell: mean and covariance",
                                   "tacit pca moments site-a.toml --output site-a.npz");
  first->add_option("config", options->config, "File with the party's [data] section")->required();
  first->add_option("--output", options->output, "The party's moments, as .npz")->required();
  first->callback([options, &chosen] { chosen.action = [options] { return moments(*options); }; });

  CLI::App* second =
      add_subcommand(*pca, chosen, "merge", "Find the components of all parties' examples from their moments",
                     "tacit pca merge site-a.npz site-b.npz --components 4 --output pca.npz");
  second->add_option("files", options->files, "Moments of the parties")->required();
  second->add_option("--components", options->components, "How many components")
      ->required()
      ->check(whole_number(1, 1000000));
  second->add_flag("--standardise", options->standardise, "Divide every feature by its deviation first");
  second->add_option("--output", options->output, "The projection for [data] projection, as .npz")->required();
  second->callback([options, &chosen] { chosen.action = [options] { return merge(*options); }; });
}

}  // namespace tacit::cli
