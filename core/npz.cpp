// ZIP archives of arrays, by libzip.
#include <zip.h>

#include <memory>

#include "core/error.h"
#include "core/files.h"
#include "core/memory.h"
#include "core/npy.h"

namespace tacit {

namespace {

constexpr std::string_view suffix = ".npy";

struct Discard {
  void operator()(zip_t* archive) const noexcept { zip_discard(archive); }
  void operator()(zip_file_t* file) const noexcept { zip_fclose(file); }
  void operator()(zip_source_t* source) const noexcept { zip_source_free(source); }
};
using Archive = std::unique_ptr<zip_t, Discard>;

/// libzip's own words for what went wrong.
struct ZipError {
  zip_error_t error;
  ZipError() { zip_error_init(&error); }
  ~ZipError() { zip_error_fini(&error); }
  ZipError(const ZipError&) = delete;
  ZipError& operator=(const ZipError&) = delete;
  const char* text() { return zip_error_strerror(&error); }
};

Archive open_archive(std::string_view content, const std::string& place) {
  ZipError error;
  zip_source_t* source = zip_source_buffer_create(content.data(), content.size(), 0, &error.error);
  if (source == nullptr) fail(ErrorKind::resource, "{}: {}", place, error.text());
  Archive archive(zip_open_from_source(source, ZIP_RDONLY, &error.error));
  if (!archive) {
    zip_source_free(source);
    fail(ErrorKind::data, "{}: is no .npz file: {}", place, error.text());
  }
  return archive;
}

std::string unpack(zip_t* archive, zip_uint64_t index, std::uint64_t size, const std::string& place) {
  const std::unique_ptr<zip_file_t, Discard> file(zip_fopen_index(archive, index, 0));
  if (!file) fail(ErrorKind::data, "{}: cannot be unpacked: {}", place, zip_strerror(archive));
  std::string content(size, '\0');
  std::uint64_t read = 0;
  while (read < size) {
    const zip_int64_t got = zip_fread(file.get(), content.data() + read, size - read);
    if (got <= 0) fail(ErrorKind::data, "{}: cannot be unpacked: {}", place, zip_file_strerror(file.get()));
    read += static_cast<std::uint64_t>(got);
  }
  // One read beyond the end makes libzip compare the checksum.
  char beyond = 0;
  const zip_int64_t got = zip_fread(file.get(), &beyond, 1);
  if (got < 0) fail(ErrorKind::data, "{}: cannot be unpacked: {}", place, zip_file_strerror(file.get()));
  if (got > 0) fail(ErrorKind::data, "{}: is longer than its archive says", place);
  return content;
}

void add_array(zip_t* archive, const std::string& name, std::string_view content, const std::string& place) {
  zip_source_t* source = zip_source_buffer(archive, content.data(), content.size(), 0);
  if (source == nullptr) fail(ErrorKind::resource, "{}: {}", place, zip_strerror(archive));
  const zip_int64_t index = zip_file_add(archive, (name + std::string(suffix)).c_str(), source, ZIP_FL_ENC_UTF_8);
  if (index < 0) {
    zip_source_free(source);
    fail(ErrorKind::usage, "{}: array '{}': {}", place, name, zip_strerror(archive));
  }
  const auto entry = static_cast<zip_uint64_t>(index);
  // No clock: the same arrays give the same bytes.
  constexpr std::time_t first_zip_time = 315619200;  // 1980-01-02, the first whole day of the format in every time zone
  if (zip_set_file_compression(archive, entry, ZIP_CM_STORE, 0) != 0 ||
      zip_file_set_mtime(archive, entry, first_zip_time, 0) != 0)
    fail(ErrorKind::internal, "{}: array '{}': {}", place, name, zip_strerror(archive));
}

/// What the archive wrote into `source`.
std::string content_of(zip_source_t* source, const std::string& place) {
  if (zip_source_open(source) != 0) fail(ErrorKind::internal, "{}: the archive cannot be read back", place);
  zip_source_seek(source, 0, SEEK_END);
  std::string content(static_cast<std::size_t>(std::max<zip_int64_t>(zip_source_tell(source), 0)), '\0');
  zip_source_seek(source, 0, SEEK_SET);
  const zip_int64_t got = zip_source_read(source, content.data(), content.size());
  zip_source_close(source);
  if (got != static_cast<zip_int64_t>(content.size()))
    fail(ErrorKind::internal, "{}: the archive cannot be read back", place);
  return content;
}

}  // namespace

std::map<std::string, NpyArray> read_npz(const std::filesystem::path& file, std::size_t limit) {
  // What cannot be measured is left to the reading, which says why.
  std::error_code unknown;
  if (const auto bytes = std::filesystem::file_size(file, unknown); !unknown)
    require_memory(static_cast<double>(bytes), fmt::format("{}: an archive of {} bytes", file.string(), bytes));
  const std::string content = read_text(file, limit);
  const Archive archive = open_archive(content, file.string());
  std::map<std::string, NpyArray> arrays;
  std::size_t left = limit;
  for (zip_int64_t index = 0; index < zip_get_num_entries(archive.get(), 0); ++index) {
    zip_stat_t entry;
    if (zip_stat_index(archive.get(), static_cast<zip_uint64_t>(index), 0, &entry) != 0 ||
        (entry.valid & (ZIP_STAT_NAME | ZIP_STAT_SIZE)) != (ZIP_STAT_NAME | ZIP_STAT_SIZE))
      fail(ErrorKind::data, "{}: entry {} has no name or size", file.string(), index);
    std::string name = entry.name;
    const std::string place = file.string() + ":" + name;
    if (!name.ends_with(suffix)) fail(ErrorKind::data, "{}: is no array: its name does not end in .npy", place);
    if (entry.size > left) fail(ErrorKind::data, "{}: the archive unpacks to more than {} bytes", place, limit);
    left -= entry.size;
    require_memory(static_cast<double>(entry.size), fmt::format("{}: an array of {} bytes", place, entry.size));
    name.resize(name.size() - suffix.size());
    const std::string array = unpack(archive.get(), static_cast<zip_uint64_t>(index), entry.size, place);
    if (!arrays.emplace(name, parse_npy(array, place)).second) fail(ErrorKind::data, "{}: stands twice", place);
  }
  return arrays;
}

void write_npz(const std::filesystem::path& file, std::span<const NamedArray> arrays) {
  const std::string place = file.string();
  if (arrays.empty()) fail(ErrorKind::usage, "{}: an archive without arrays is asked for", place);
  std::vector<std::string> contents;  // outlive the archive, which reads them when it is closed
  for (const NamedArray& array : arrays)
    contents.push_back(array.wide.empty() ? format_npy(array.values, array.shape)
                                          : format_npy(array.wide, array.shape));

  ZipError error;
  const std::unique_ptr<zip_source_t, Discard> target(zip_source_buffer_create(nullptr, 0, 0, &error.error));
  if (!target) fail(ErrorKind::resource, "{}: {}", place, error.text());
  zip_source_keep(target.get());  // closing the archive drops one reference
  Archive archive(zip_open_from_source(target.get(), ZIP_TRUNCATE, &error.error));
  if (!archive) {
    zip_source_free(target.get());
    fail(ErrorKind::internal, "{}: {}", place, error.text());
  }
  for (std::size_t i = 0; i < arrays.size(); ++i) add_array(archive.get(), arrays[i].name, contents[i], place);
  if (zip_close(archive.get()) != 0) fail(ErrorKind::internal, "{}: {}", place, zip_strerror(archive.get()));
  archive.release();
  write_atomically(file, std::string_view(content_of(target.get(), place)));
}

}  // namespace tacit
