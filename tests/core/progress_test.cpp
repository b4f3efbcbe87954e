#include "core/progress.h"

#include <fcntl.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <thread>

#include "core/progress_line.h"

namespace tacit {
namespace {

TEST(Progress, Durations) {
  EXPECT_EQ(Progress::duration(0), "0:00");
  EXPECT_EQ(Progress::duration(7.4), "0:07");
  EXPECT_EQ(Progress::duration(59.6), "1:00");
  EXPECT_EQ(Progress::duration(750), "12:30");
  EXPECT_EQ(Progress::duration(3599.9), "1:00:00");
  EXPECT_EQ(Progress::duration(3723), "1:02:03");
  EXPECT_EQ(Progress::duration(-5), "0:00");
  EXPECT_EQ(Progress::duration(1e30), "99:59:59");
  EXPECT_EQ(Progress::duration(NAN), "0:00");
}

TEST(ProgressLine, ShowsBarAmountsTimeLeftAndDetail) {
  const ProgressState state{"attack", 12, 20, 10.5, "restart 3"};
  EXPECT_EQ(plain_line(state), "attack 12/20  0:07 left  restart 3");
  EXPECT_EQ(terminal_line(state, 80), "attack [##################            ] 12/20  0:07 left  restart 3");
}

TEST(ProgressLine, WithoutProgressThereIsNoEstimateAndAtTheEndTheTimeTaken) {
  EXPECT_EQ(plain_line({"a", 0, 20, 10, ""}), "a 0/20");
  EXPECT_EQ(plain_line({"a", 20, 20, 10, "", true}), "a 20/20  in 0:10");
}

TEST(ProgressLine, AmountsShowFractionsOnlyWhereTheyMatter) {
  EXPECT_EQ(plain_line({"a", 0.25, 1.5, 0, "", true}), "a 0.2/1.5  in 0:00");
  EXPECT_EQ(plain_line({"a", 1234.5, 1e6, 0, "", true}), "a 1234/1000000  in 0:00");
  EXPECT_EQ(plain_line({"a", 0, 0, 0, "", true}), "a 0/0  in 0:00");
}

TEST(ProgressLine, KeepsToTheWidth) {
  const ProgressState state{
      "gr\xc3\xb6\xc3\x9f"
      "e",
      12, 20, 10.5, "detail of some length"};
  for (std::size_t columns = 0; columns < 120; ++columns) {
    const std::string line = terminal_line(state, columns);
    std::size_t characters = 0;
    for (char byte : line) characters += (static_cast<unsigned char>(byte) & 0xc0) != 0x80;
    EXPECT_LE(characters, columns);
    EXPECT_LE(characters, 80u);
  }
  EXPECT_EQ(terminal_line(state, 4), "gr\xc3\xb6\xc3\x9f");
  EXPECT_EQ(terminal_line(state, 36),
            "gr\xc3\xb6\xc3\x9f"
            "e 12/20  0:07 left  detail of so");
}

TEST(ProgressLine, ControlCharactersOfADetailStayHarmless) {
  EXPECT_EQ(plain_line({"a", 0, 2, 0, "x\ny\x1b[2J"}), "a 0/2  x y [2J");
}

TEST(Progress, PlainStyleWritesOneLineForAShortJob) {
  testing::internal::CaptureStderr();
  {
    Progress progress("job", 50, Progress::Style::plain);
    for (int i = 0; i < 50; ++i) progress.advance(1, "step");
    progress.finish();
    progress.finish();
    progress.advance(1);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "job 50/50  in 0:00  step\n");
}

TEST(Progress, AutomaticIsPlainWhereThereIsNoTerminal) {
  testing::internal::CaptureStderr();
  { Progress("job", 2).advance(1); }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "job 1/2  in 0:00\n");
}

TEST(Progress, SilentIsSilent) {
  testing::internal::CaptureStderr();
  { Progress("job", 2, Progress::Style::silent).advance(1); }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "");
}

TEST(Progress, AmountsAreClampedToTheTotal) {
  testing::internal::CaptureStderr();
  {
    Progress progress("job", 2, Progress::Style::plain);
    progress.advance(-5);
    progress.advance(7);
  }
  EXPECT_EQ(testing::internal::GetCapturedStderr(), "job 2/2  in 0:00\n");
}

/// A pseudo-terminal of some width that stands in the place of standard error while this object lives.
class PseudoTerminal {
 public:
  explicit PseudoTerminal(unsigned short columns) : master_(::posix_openpt(O_RDWR | O_NOCTTY)) {
    EXPECT_EQ(::grantpt(master_), 0);
    EXPECT_EQ(::unlockpt(master_), 0);
    const int slave = ::open(::ptsname(master_), O_RDWR | O_NOCTTY);
    const winsize size{24, columns, 0, 0};
    EXPECT_EQ(::ioctl(slave, TIOCSWINSZ, &size), 0);
    before_ = ::dup(STDERR_FILENO);
    ::dup2(slave, STDERR_FILENO);
    ::close(slave);
  }
  ~PseudoTerminal() {
    restore();
    ::close(master_);
  }
  /// What was written to it.
  std::string text() {
    restore();
    std::string result;
    char buffer[4096];
    for (ssize_t count; (count = ::read(master_, buffer, sizeof(buffer))) > 0;)
      result.append(buffer, static_cast<std::size_t>(count));
    return result;
  }

 private:
  void restore() {
    if (before_ < 0) return;
    ::dup2(before_, STDERR_FILENO);
    ::close(before_);
    before_ = -1;
  }
  int master_, before_ = -1;
};

TEST(Progress, OnATerminalRedrawsOneLineWithinItsWidthAndFinishesIt) {
  ::setenv("TERM", "xterm", 1);
  PseudoTerminal terminal(40);
  const auto start = std::chrono::steady_clock::now();
  {
    Progress progress("job", 1e6);
    while (std::chrono::steady_clock::now() - start < std::chrono::milliseconds(350)) progress.advance(1, "busy");
  }
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  const std::string text = terminal.text();
  const auto redraws = static_cast<double>(std::count(text.begin(), text.end(), '\r')) - 1;  // one belongs to \r\n
  EXPECT_GE(redraws, 3);
  EXPECT_LE(redraws, 10 * seconds + 2);  // and the first and the last
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 1);
  EXPECT_EQ(text.substr(text.size() - 2), "\r\n");
  for (std::size_t at = text.find('\r'); at != std::string::npos && at + 2 < text.size(); at = text.find('\r', at + 1))
    EXPECT_LE(text.find("\x1b[K", at) - at - 1, 39u);
}

TEST(Progress, ADumbTerminalGetsPlainLines) {
  ::setenv("TERM", "dumb", 1);
  PseudoTerminal terminal(40);
  { Progress("job", 2).advance(1); }
  EXPECT_EQ(terminal.text(), "job 1/2  in 0:00\r\n");
}

TEST(Progress, ManyThreadsMayAdvanceIt) {
  testing::internal::CaptureStderr();
  {
    Progress progress("job", 4000, Progress::Style::plain);
    std::vector<std::thread> threads;
    for (int t = 0; t < 4; ++t)
      threads.emplace_back([&] {
        for (int i = 0; i < 1000; ++i) progress.advance(1, i % 2 ? "odd" : "even");
      });
    for (std::thread& thread : threads) thread.join();
  }
  EXPECT_NE(testing::internal::GetCapturedStderr().find("job 4000/4000"), std::string::npos);
}

}  // namespace
}  // namespace tacit
