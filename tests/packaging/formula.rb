# SPDX-License-Identifier: MIT
# formula.rb FORMULA PREFIX: as far as Homebrew's words go that are used there,
# do what it says: fetch, check, install to PREFIX, test.
require "digest"
require "pathname"
require "tmpdir"
require "uri"

PREFIX = Pathname(ARGV[1])
ENV["PKG_CONFIG_PATH"] = "#{PREFIX}/lib/pkgconfig"
ENV["LD_LIBRARY_PATH"] = "#{PREFIX}/lib"
def ENV.cc = "cc"

class Formula
  class << self
    attr_reader :known, :trial

    def depends_on(_) = nil

    def test(&block)
      @trial = block
    end

    %w[desc homepage url sha256 license].each do |word|
      define_method(word) { |value| (@known ||= {})[word] = value }
    end
  end

  def std_meson_args = ["--prefix=#{PREFIX}", "--libdir=lib"]
  def bin = PREFIX/"bin"
  def testpath = Pathname.pwd

  def system(*words)
    Kernel.system(*words.map(&:to_s)) || raise(words.join(" "))
  end

  def shell_output(command)
    output = `#{command}`
    $?.success? ? output : raise(command)
  end

  def assert_predicate(subject, predicate)
    subject.public_send(predicate) || raise("#{subject} is not #{predicate}")
  end
end

load ARGV[0]
known = Libtempfile.known
raise "a description of more than 80 characters" if known["desc"].length > 80

archive = URI(known["url"]).path
raise "another archive" if Digest::SHA256.file(archive) != known["sha256"]

Dir.mktmpdir do |dir|
  Dir.chdir(dir)
  formula = Libtempfile.new
  formula.system("tar", "-xf", archive, "--strip-components=1")
  formula.install
  Dir.mkdir("trial")
  Dir.chdir("trial") { formula.instance_eval(&Libtempfile.trial) }
end
